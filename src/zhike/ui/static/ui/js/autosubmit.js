// Filters act at once: <form data-autosubmit> sends itself when a choice changes, and 400 ms after the last letter.
// Its empty fields stay out of the address, as do those of <form data-short>. Its button may be class "zk-no-script": without scripts it is the way to send.
(() => {
  let timer;
  const send = (form) => { clearTimeout(timer); form.requestSubmit(); };
  addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && !event.target.matches("input[type=search], input[type=text]:not(.zk-day *)")) send(form);
  });
  addEventListener("input", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (!form || !event.target.matches("input[type=search], input[type=text]") || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => send(form), 400);
  });
  addEventListener("formdata", (event) => {
    if (!event.target.matches("form[data-autosubmit], form[data-short]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
})();
