// A toast goes after 6 seconds, not while it is hovered or holds the focus; one that warns stays until it is closed.
(() => {
  const box = document.getElementById("toasts");
  if (!box) return;
  const time = (toast) => {
    if (toast.dataset.timed) return;
    toast.dataset.timed = "yes";
    if (toast.dataset.tone === "warn") return;
    let left;
    const start = () => { left = setTimeout(() => toast.remove(), 6000); };
    const stop = () => clearTimeout(left);
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("focusout", start);
    start();
  };
  const timeAll = () => box.querySelectorAll("[data-toast]").forEach(time);
  box.addEventListener("click", (event) => { if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove(); });
  document.addEventListener("htmx:finally:request", (event) => (event.detail?.ctx?.sourceElement ?? event.target).closest?.("[data-toast]")?.remove());
  new MutationObserver(timeAll).observe(box, { childList: true });
  timeAll();
})();
