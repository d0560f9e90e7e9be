// What a swap brings takes the focus where it says so ([autofocus]), and a form that stands in a value's place is left by
// Esc ([data-cancel]). A swap that takes the focused element away gives the focus to the one with the same id, or, where the
// id is “list=value”, to the list. Where more arrives while one types on (form[data-focus-once]), focus is taken once.
(() => {
  let held = "";
  document.addEventListener("htmx:before:swap", () => { held = document.activeElement?.id ?? ""; });
  document.addEventListener("htmx:after:swap", (event) => {
    const wanted = event.target?.querySelector?.("[autofocus]:not(dialog [autofocus], [popover] [autofocus])") ?? document.querySelector("form [autofocus]:not(dialog [autofocus], [popover] [autofocus])");
    if (wanted) { wanted.focus(); wanted.select?.(); if (wanted.form?.hasAttribute("data-focus-once")) wanted.removeAttribute("autofocus"); return; }
    if (document.activeElement === document.body && held) (document.getElementById(held) ?? document.getElementById(held.split("=")[0]))?.focus();
  });
  addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && event.target.closest?.("form");
    form?.querySelector?.("[data-cancel]")?.click();
  });
})();
