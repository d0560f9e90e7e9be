// Where one is on a page stays over a swap of <main> (swap.js) and comes back with back and forward: how far the page is
// scrolled, what has the focus, and what is being typed. It is kept with each address in the history.
(() => {
  const main = document.querySelector("main.zk-main");
  if (!main) return;
  const name = (one) => one.getAttribute("aria-label") || one.name || one.textContent.trim();
  const alike = (tag, called) => [...main.querySelectorAll(tag)].filter((one) => name(one) === called);
  const near = (one) => (one.closest(".zk-foot") ? ".zk-foot a" : one.closest(".zk-tools") ? ".zk-tools" : ".zk-scroll, .zk-empty a");
  const focused = () => {
    const one = document.activeElement, box = one?.closest("dialog[id], [popover][id]");
    const from = box ? main.querySelector(`[data-dialog-open="${box.id}"]:not(.zk-chip-edit), [popovertarget="${box.id}"]`) : one;
    if (!from || from === main || !main.contains(from)) return null;
    return { tag: from.tagName, name: name(from), nth: alike(from.tagName, name(from)).indexOf(from), near: near(from) };
  };
  const focusOn = (kept) => {
    if (!kept || (document.activeElement !== document.body && document.activeElement !== main)) return;
    const same = alike(kept.tag, kept.name);
    (same[kept.nth] ?? same[0] ?? main.querySelector(kept.near) ?? main).focus({ preventScroll: true });
  };
  const aside = () => main.querySelector(".zk-scroll")?.scrollLeft ?? 0;
  const keep = () => {
    try { history.replaceState({ ...history.state, place: { top: scrollY, aside: aside(), focus: focused() } }, ""); } catch { /* too often for this browser */ }
  };
  const goTo = (kept) => {
    const rows = main.querySelector(".zk-scroll");
    if (rows) rows.scrollLeft = kept.aside;
    scrollTo({ top: kept.top, behavior: "instant" });
  };
  // One goes on typing while the answer is under way: the field itself moves into the new page.
  const carry = (field, fragment) => {
    const twin = field.isConnected && field === document.activeElement && fragment.querySelector(`form[role=search] input[name="${CSS.escape(field.name)}"]`);
    if (!twin) return;
    twin.id = field.id ||= `typed-${field.name}`;
    twin.setAttribute("hx-preserve", "");
  };
  addEventListener("scrollend", () => { if (history.scrollRestoration === "manual") keep(); });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx: { turn }, tasks } = event.detail;
    if (!turn || event.defaultPrevented) return;
    if (turn.back) { turn.place = history.state?.place ?? { top: 0, aside: 0 }; return; }
    turn.place = { top: turn.from.closest(".zk-foot") ? 0 : scrollY, aside: aside(), focus: focused() };
    if (turn.field) carry(turn.field, tasks[0].fragment);
    history.scrollRestoration = "manual";
    keep();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const place = event.detail.ctx.turn?.place;
    if (!place) return;
    focusOn(place.focus);
    goTo(place);
  });
  // From another page back to an address that came by a swap: the browser leaves it to us.
  if (history.scrollRestoration === "manual" && history.state?.place) goTo(history.state.place);
})();
