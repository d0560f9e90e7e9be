// A long list to choose from by searching: <button data-offers="SELECT ID"> opens <dialog data-offers-box>, which lists the
// options of that <select> (data-says: a sentence, data-keys: more to find it by); data-title, data-hint of the button say
// what is chosen. Choosing one sets the select and tells it of the change. ↑ ↓ choose, Enter takes, Esc closes. Without
// scripts the select itself is there.
(() => {
  let list = null;
  const box = () => document.querySelector("[data-offers-box]");
  const found = () => [...box().querySelectorAll("[role=option]")].filter((one) => !one.hidden);
  const choose = (option) => {
    const input = box().querySelector("input");
    box().querySelectorAll("[role=option]").forEach((one) => one.setAttribute("aria-selected", one === option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const narrow = () => {
    const words = box().querySelector("input").value.trim().toLowerCase().split(/\s+/);
    for (const one of box().querySelectorAll("[role=option]")) one.hidden = !words.every((word) => one.dataset.text.includes(word));
    for (const group of box().querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    box().querySelector("[data-offers-none]").hidden = found().length > 0;
    choose(found().find((one) => words.every((word) => one.dataset.keys.includes(word))) ?? found()[0]);
  };
  const make = (tag, from = {}, ...inside) => { const made = Object.assign(document.createElement(tag), from); made.append(...inside); return made; };
  const fill = () => {
    let number = 0;
    const groups = [...list.querySelectorAll("optgroup")].map((group) => {
      const options = [...group.children].map((option) => {
        const { says = "", keys = "" } = option.dataset;
        const shown = make("div", { id: `offer-${number++}`, role: "option" }, make("span", { textContent: option.label }), make("span", { className: "zk-cap zk-3 zk-cut", textContent: says }));
        Object.assign(shown.dataset, { value: option.value, keys: `${option.label} ${keys}`.toLowerCase(), text: `${group.label} ${option.label} ${says} ${keys}`.toLowerCase() });
        return shown;
      });
      const title = make("div", { className: "zk-palette-title", textContent: group.label, ariaHidden: "true" });
      return make("div", { role: "group", ariaLabel: group.label }, title, ...options);
    });
    box().querySelector("[role=listbox]").replaceChildren(...groups);
  };
  const take = (option) => {
    if (!option) return;
    list.value = option.dataset.value;
    box().close();
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-offers]");
    if (button) {
      list = document.getElementById(button.dataset.offers);
      box().ariaLabel = button.dataset.title ?? box().dataset.title;
      Object.assign(box().querySelector("input"), { value: "", placeholder: button.dataset.hint ?? box().dataset.hint });
      fill();
      box().showModal();
      return narrow();
    }
    if (event.target === box()) box().close();
    if (event.target.closest("[data-offers-box] [role=option]")) take(event.target.closest("[role=option]"));
  });
  // What was chosen has arrived: a morph would leave it chosen, and send it again with the next edit.
  document.addEventListener("htmx:after:swap", () => { const sent = list && document.getElementById(list.id); if (sent) sent.value = ""; });
  addEventListener("input", (event) => { if (event.target.closest("[data-offers-box]")) narrow(); });
  addEventListener("keydown", (event) => {
    if (!event.target.closest?.("[data-offers-box] input") || event.isComposing) return;
    const all = found(), at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length }[event.key];
    if (to !== undefined) { event.preventDefault(); choose(all[to]); }
    if (event.key === "Enter") { event.preventDefault(); take(all[at]); }
  });
})();
