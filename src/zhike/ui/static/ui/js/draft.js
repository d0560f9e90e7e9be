// Nothing typed is lost when the sign-in has ended meanwhile, or when the answer is the same page with a warning: a form that
// is sent leaves what was typed in this tab; if the answer is the sign-in page (or says that the form is older than the
// sign-in), the form shows it again afterwards, and at once beside a warning. Any other answer means that it arrived.
(() => {
  const key = "zk-draft", at = location.pathname, store = (() => { try { return sessionStorage; } catch { return null; } })();
  const typed = "input:not([type=hidden], [type=password], [type=file], [type=submit]), textarea, select";
  const fields = (form) => [...form.querySelectorAll(typed)].filter((field) => field.name);
  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  addEventListener("submit", (event) => {
    const form = event.target;
    if (!store || form.method !== "post" || at.startsWith("/sign-in/") || form.querySelector("[type=password]")) return;
    const values = fields(form).map((field) => [field.name, isChoice(field) ? [field.value, field.checked] : field.value]);
    try { if (values.length) store.setItem(key, JSON.stringify({ page: at, action: form.getAttribute("action") ?? "", values })); } catch { /* too large to keep */ }
  });
  let draft = null;
  try { draft = JSON.parse(store?.getItem(key)); } catch { /* not ours */ }
  if (!draft) return;
  if (at.startsWith("/sign-in/") || document.querySelector("[data-keeps-draft]")) { draft.ended = true; store.setItem(key, JSON.stringify(draft)); document.querySelector("[data-draft-kept]")?.removeAttribute("hidden"); return; }
  if (document.querySelector("#toasts [data-tone=warn]")) draft.ended = true;
  const home = at === draft.page || at === draft.action;
  if (!draft.ended || home) store.removeItem(key);
  if (!draft.ended || !home) return;
  const find = () => [...document.querySelectorAll("form[method=post]")].find((one) => [draft.action, at].includes(one.getAttribute("action") ?? at) && fields(one).length);
  const fill = (form) => {
    const rest = fields(form);
    const another = (name) => { // a line more, where the form has lines
      const last = [...form.querySelectorAll("[data-row]")].at(-1);
      if (![...(last?.querySelectorAll("[name]") ?? [])].some((one) => one.name === name)) return undefined;
      const more = last.cloneNode(true);
      last.after(more);
      rest.push(...fields(form).filter((one) => more.contains(one)));
      return rest.find((one) => one.name === name);
    };
    for (const [name, value] of draft.values) {
      const field = rest.find((one) => one.name === name && (!Array.isArray(value) || one.value === value[0])) ?? another(name);
      if (!field) continue;
      rest.splice(rest.indexOf(field), 1);
      if (Array.isArray(value)) field.checked = value[1]; else field.value = value;
    }
    form.closest("[popover]")?.showPopover();
    if (form.querySelector("[data-row]")) addEventListener("load", () => form.dispatchEvent(new Event("change"))); // the server adds lines up
    form.scrollIntoView({ block: "center" });
    fields(form)[0].focus({ preventScroll: true });
  };
  const form = find(), opener = document.querySelector(`[hx-get="${CSS.escape(draft.action)}"]`);
  if (form) fill(form);
  else if (opener) {
    const filled = () => { const opened = find(); if (opened) { fill(opened); document.removeEventListener("htmx:after:settle", filled); } };
    document.addEventListener("htmx:after:settle", filled);
    opener.click(); // a form in a value's place
  }
})();
