// A table of many cells is one stop of Tab: <table role="grid" data-cells>, cells with tabindex. Arrows, Home and End move.
(() => {
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const cellsOf = (row) => [...(row?.querySelectorAll("td[tabindex]") ?? [])];
  const go = (from, to) => {
    if (!to) return;
    from.tabIndex = -1; to.tabIndex = 0; to.focus();
  };
  addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-cells] td[tabindex]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...cell.closest("table").querySelectorAll("tbody tr")].filter((row) => cellsOf(row).length);
    const row = rows.indexOf(cell.parentElement), own = cellsOf(cell.parentElement), place = own.indexOf(cell);
    const step = STEPS[event.key];
    if (!step && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    if (!step) return go(cell, event.key === "Home" ? own[0] : own.at(-1));
    if (step[1]) return go(cell, own[place + step[1]]);
    const next = cellsOf(rows[row + step[0]]);
    go(cell, next[Math.min(place, next.length - 1)]);
  });
})();
