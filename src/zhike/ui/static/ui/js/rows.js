// Rows of a list (table[data-rows]): j/k to walk (the row's link takes the focus), x to tick, Enter to open; ticked rows show the bulk bar [data-bulk].
// Works again after htmx has swapped the table: nothing is kept but what the page shows.
(() => {
  const table = () => document.querySelector("table[data-rows]"), bar = () => document.querySelector("[data-bulk]");
  const rows = () => [...(table()?.tBodies[0]?.rows ?? [])];
  const tick = (row) => row?.querySelector("td.tick input[type=checkbox]");
  const head = () => table()?.querySelector("thead input[type=checkbox]");
  const count = () => {
    const ticked = rows().filter((row) => { const on = Boolean(tick(row)?.checked); row.toggleAttribute("data-picked", on); return on; }).length;
    const shown = bar(), all = head();
    if (shown) { shown.hidden = ticked === 0; shown.querySelectorAll("[data-count]").forEach((one) => { one.textContent = ticked; }); }
    if (all) { all.checked = ticked > 0 && ticked === rows().length; all.indeterminate = ticked > 0 && ticked < rows().length; }
  };
  const set = (on) => { rows().forEach((row) => { const box = tick(row); if (box) box.checked = on; }); count(); };
  addEventListener("change", (event) => {
    if (event.target === head()) set(event.target.checked);
    else if (event.target.closest("table[data-rows]")) count();
  });
  addEventListener("click", (event) => { if (event.target.closest("[data-clear]")) set(false); });
  addEventListener("keydown", (event) => {
    if (!table() || document.documentElement.dataset.keys === "off" || event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (event.key === "Enter" && event.target.closest?.("button, a")) return;
    const list = rows(), at = list.findIndex((row) => row.hasAttribute("data-at"));
    if (document.querySelector("[popover]:popover-open")) return;
    const to = { j: at + 1, k: at - 1 }[event.key];
    if (to !== undefined && list[to]) {
      list[at]?.removeAttribute("data-at");
      list[to].setAttribute("data-at", "");
      list[to].scrollIntoView({ block: "nearest" });
      list[to].querySelector("a[href]")?.focus({ preventScroll: true, focusVisible: true });
    }
    const box = tick(list[at]);
    if (event.key === "x" && box) { box.checked = !box.checked; count(); }
    if (event.key === "Enter" && list[at]) list[at].querySelector("a[href]")?.click();
    if (event.key === "Escape") set(false);
  });
  document.addEventListener("htmx:after:swap", count);
  count();
})();
