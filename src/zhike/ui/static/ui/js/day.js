// A day is typed, or picked: <button data-day-open> opens the browser's calendar, and what is chosen there is written into
// the field beside it as 2026-11-21.
(() => {
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-day-open]");
    if (!button) return;
    const box = button.parentElement, native = box.querySelector("[type=date]");
    native.value = box.querySelector("[type=text]").value.trim().replaceAll(/[./]/g, "-");
    native.showPicker();
  });
  addEventListener("change", (event) => {
    const box = event.target.closest?.(".zk-day"), typed = box?.querySelector("[type=text]");
    if (!box || event.target === typed) return;
    event.stopPropagation();
    typed.value = event.target.value;
    typed.focus();
    typed.dispatchEvent(new Event("change", { bubbles: true }));
  }, true);
})();
