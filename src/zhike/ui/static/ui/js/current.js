// Where a row of tabs, steps or types is wider than the screen, the one that is current is scrolled to.
(() => {
  const rows = ".zk-views, .zk-views-list, .zk-schemes, .zk-steps";
  const show = () => document.querySelectorAll(rows).forEach((row) => {
    const one = row.querySelector("[aria-current]"), box = row.closest(".zk-views") ?? row;
    if (!one || box.scrollWidth <= box.clientWidth) return;
    const here = one.getBoundingClientRect(), seen = box.getBoundingClientRect();
    if (here.left < seen.left || here.right > seen.right) box.scrollLeft += here.left - seen.left - (seen.width - here.width) / 2;
  });
  show();
  document.addEventListener("htmx:after:swap", show);
})();
