// Edits that are sent as one types say when they were made, in <input type="hidden" data-made-at>: an older one that the server
// comes to late does not win over a newer one.
(() => {
  const mark = (event) => {
    const made = event.target.closest("form")?.querySelector("[data-made-at]");
    if (made) made.value = Math.round(performance.timeOrigin + performance.now());
  };
  for (const kind of ["change", "submit"]) addEventListener(kind, mark, { capture: true });
})();
