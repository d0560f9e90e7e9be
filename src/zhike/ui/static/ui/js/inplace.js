// A form in a value's place (form[data-inplace]) shows what was typed while it is on its way; the answer brings the value
// as it is kept, or the form again with what is wrong. Without an answer, or after a fault of the server, the form comes back
// as it was, and a toast says so: this holds for every part that htmx asks for.
(() => {
  const typed = (form) => {
    const field = form.querySelector("select, textarea, input:not([type=hidden], [type=checkbox])");
    return field?.selectedOptions ? [...field.selectedOptions].map((one) => one.textContent).join("、") : (field?.value ?? "");
  };
  const source = (event) => event.detail?.ctx?.sourceElement ?? event.target;
  document.addEventListener("htmx:before:request", (event) => {
    const form = source(event);
    if (!form?.matches?.("form[data-inplace]")) return;
    const shown = document.createElement("span");
    shown.className = "zk-pending";
    shown.dir = "auto";
    shown.textContent = typed(form) || "–";
    form.hidden = true;
    form.after(shown);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const form = source(event);
    if (!form?.isConnected || !form.matches?.("form[data-inplace]")) return;
    form.parentElement.querySelectorAll(".zk-pending").forEach((shown) => shown.remove());
    form.hidden = false;
    form.querySelector("[autofocus]")?.focus();
  });
  const tell = ({ turn }) => document.getElementById("toasts").append(document.getElementById(turn ? "no-rows" : "no-answer").content.cloneNode(true));
  document.addEventListener("htmx:error", (event) => { if (event.detail?.ctx && !event.detail.ctx.response) tell(event.detail.ctx); });
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.detail?.ctx?.response?.status >= 500) { event.preventDefault(); tell(event.detail.ctx); }
  });
})();
