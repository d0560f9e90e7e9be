// A form is sent once: a second press of its button within three seconds does nothing. Then it may be sent again: the
// answer may be a file, which leaves the page as it is.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 3000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; form.removeAttribute("aria-busy"); }));
