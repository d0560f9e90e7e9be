// What leads to this page under another address (filters, heads of columns, pages of a list, tabs, a search) brings only
// <main>, not the frame. Links and GET forms need no attribute for it, and do the same without scripts. The address is kept;
// back and forward bring what it says again. place.js keeps where one was, ahead.js asks before one presses.
// [data-whole] on a link or form: the whole page, please. What is under way is `ctx.turn` for those who listen to htmx.
(() => {
  const main = document.querySelector("main.zk-main"), said = document.getElementById("said");
  if (!main || !window.htmx) return;
  const pathOf = (url) => url.pathname + url.search, here = () => pathOf(location);
  let shown = here(), typing = "";

  const read = (link) => {
    if (link.target || link.matches("[download], [hx-get], [data-dialog-open], [data-whole]")) return null;
    const url = new URL(link.href);
    return url.origin === location.origin && url.pathname === location.pathname && (pathOf(url) !== here() || !url.hash) ? url : null;
  };
  const readForm = (form, submitter) => {
    if ((form.getAttribute("method") ?? "get").toLowerCase() !== "get" || !main.contains(form)) return null;
    if (form.matches("[hx-get], [data-whole]") || submitter?.hasAttribute("formaction")) return null;
    const url = new URL(form.getAttribute("action") || location.pathname, location.href);
    url.search = new URLSearchParams(new FormData(form, submitter));
    return url.origin === location.origin && url.pathname === location.pathname ? url : null;
  };
  const ask = (path, more) => htmx.ajax("GET", path, { source: main, target: main, swap: "innerHTML settle:0", turn: { path, ...more } });
  const go = (event, url, from) => {
    event.preventDefault();
    const field = from.contains(document.activeElement) && document.activeElement.matches("input[type=search], input[type=text]") ? document.activeElement : null;
    const again = pathOf(url) === here() || (field && typing === field.name); // typing on replaces what was typed before
    typing = field?.name ?? "";
    ask(pathOf(url), { url, from, field, again });
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.("main a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const url = read(link);
    if (url) go(event, url, link);
  });
  addEventListener("submit", (event) => {
    const url = event.defaultPrevented ? null : readForm(event.target, event.submitter);
    if (url) go(event, url, event.target);
  });
  addEventListener("popstate", async () => {
    if (here() === shown) return;
    typing = "";
    const path = here();
    await ask(path, { back: true });
    if (here() === path && shown !== path) location.reload(); // no answer
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail, turn = ctx.turn;
    if (!turn || event.defaultPrevented) return;
    const from = new URL(ctx.response.raw.url || turn.path, location.href);
    const isPart = (ctx.response.headers.get("content-type") ?? "").startsWith("text/html") && !/^\s*<!doctype/i.test(ctx.text);
    if (!isPart || from.pathname !== location.pathname) { event.preventDefault(); location.assign(from); return; } // a page, or a file
    const address = pathOf(from) + (turn.url?.hash ?? "");
    if (!turn.back) history[turn.again ? "replaceState" : "pushState"]({ place: null }, "", address);
    shown = here();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (!event.detail.ctx.turn) return;
    document.querySelectorAll("input[name=next]").forEach((one) => { if (!main.contains(one)) one.value = here(); });
    said.textContent = main.querySelector(".zk-foot [role=status], .zk-empty :is(h2, h3)")?.textContent ?? document.title;
  });
})();
