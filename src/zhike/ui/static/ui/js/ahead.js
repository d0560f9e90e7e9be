// Pages of the same list are asked for ahead, once the pointer rests on what leads there or presses it: swap.js then has the
// answer sooner. What leads to other pages is the browser's business (ahead.speculation).
(() => {
  const REST = 65, FRESH = 5000; // ms
  const headers = { "HX-Request": "true", "HX-Target": "main#main" };
  let ahead = null, timer;
  const now = () => performance.now();
  const askAhead = (link) => {
    if (!link?.isConnected || link.target || link.matches("[download], [hx-get], [data-dialog-open], [data-whole]") || navigator.connection?.saveData) return;
    const url = new URL(link.href), path = url.pathname + url.search;
    if (url.origin !== location.origin || url.pathname !== location.pathname || url.search === location.search) return;
    if (ahead?.path === path && now() < ahead.until) return;
    const mine = ahead = { path, until: now() + FRESH, answer: fetch(path, { headers }) };
    mine.answer.catch(() => { if (ahead === mine) ahead = null; });
  };
  const under = (event) => event.target.closest?.("main.zk-main a[href]");
  addEventListener("pointerover", (event) => {
    clearTimeout(timer);
    const link = event.pointerType === "mouse" && under(event);
    if (link) timer = setTimeout(askAhead, REST, link);
  });
  addEventListener("pointerdown", (event) => { if (!event.button && !event.ctrlKey && !event.metaKey) askAhead(under(event)); });
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.turn) return;
    clearTimeout(timer);
    const answer = ahead?.path === ctx.turn.path && now() < ahead.until ? ahead.answer : null;
    if (answer) ctx.fetch = () => answer;
    ahead = null; // what was asked for may be older than what is done now
  });
})();
