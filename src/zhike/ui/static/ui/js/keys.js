// Letters that act: <a data-key="g c"> is followed by G then C, <button data-key="l"> is pressed by L.
// Off while typing, in a dialog, and when the person switched single keys off (WCAG 2.1.4).
(() => {
  let typed = [], timer;
  // A press may come before htmx has bound what the key stands for: it waits, two seconds at most.
  const press = (wanted, left = 40) => left && wanted.matches("[hx-get]:not([data-htmx-powered])") ? setTimeout(press, 50, wanted, left - 1) : wanted.click();
  addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys === "off" || event.metaKey || event.ctrlKey || event.altKey || event.key.length !== 1) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    typed = [...typed.slice(-1), event.key.toLowerCase()];
    clearTimeout(timer);
    timer = setTimeout(() => { typed = []; }, 1200);
    const wanted = document.querySelector(`[data-key="${CSS.escape(typed.join(" "))}"]`) ?? document.querySelector(`[data-key="${CSS.escape(typed.at(-1))}"]`);
    if (!wanted || wanted.disabled) return;
    typed = [];
    event.preventDefault();
    press(wanted);
  });
})();
