// What is on its way says so: a part that htmx fetches, and a list whose next page was asked for, are aria-busy until the
// answer is there, and dimmed ([data-slow]) after 300 ms. A page that one comes back to has the focus where it was left.
(() => {
  const part = (event) => {
    const target = event.detail?.ctx?.target ?? event.target;
    return typeof target === "string" ? document.querySelector(target) : target;
  };
  const mark = (one) => {
    one?.setAttribute?.("aria-busy", "true");
    setTimeout(() => one?.toggleAttribute?.("data-slow", one.ariaBusy === "true"), 300); // most answers are sooner: they need no new style
  };
  const clear = (one) => { one?.removeAttribute?.("aria-busy"); one?.removeAttribute?.("data-slow"); };
  const asked = new WeakMap(); // an answer may be sent elsewhere: what waited is remembered
  document.addEventListener("htmx:before:request", (event) => { asked.set(event.detail.ctx, part(event)); mark(part(event)); if (event.detail.ctx.turn) leave(); });
  document.addEventListener("htmx:finally:request", (event) => { clear(asked.get(event.detail.ctx)); if (event.detail.ctx.turn) back(); });
  // Leaving: filters, heads of columns, pages, tabs and types replace what stands below them.
  const leads = ".zk-table thead a, .zk-foot a, .zk-views a, .zk-chip[href], .zk-schemes a, .zk-seg a";
  const leave = () => document.querySelectorAll("main .zk-scroll, main .zk-body").forEach(mark);
  const back = () => document.querySelectorAll("main .zk-scroll[aria-busy], main .zk-body[aria-busy]").forEach(clear);
  addEventListener("submit", (event) => { if (event.target.matches("form[role=search]") && !event.defaultPrevented) leave(); });
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
    const path = link.getAttribute("href"), place = [...document.querySelectorAll("main a[href]")].filter((one) => one.getAttribute("href") === path).indexOf(link);
    if (place >= 0) history.replaceState({ ...history.state, left: { path, place } }, "");
    if (link.matches(leads) && !link.hasAttribute("hx-get")) leave();
  });
  addEventListener("pageshow", back);
  addEventListener("pagehide", () => setTimeout(back, 0));
  const left = performance.getEntriesByType("navigation")[0]?.type === "back_forward" && history.state?.left;
  if (left) [...document.querySelectorAll("main a[href]")].filter((one) => one.getAttribute("href") === left.path)[left.place]?.focus({ preventScroll: true });
})();
