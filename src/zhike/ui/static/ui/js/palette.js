// Command palette: Ctrl/⌘ K opens (so does / where no list has a search field of its own), typing narrows the pages and asks the server for records, ↑ ↓ choose, Enter goes.
// The server answers with groups of [role=option][data-href]; the latest question wins.
(() => {
  const box = document.querySelector("[data-palette]");
  if (!box) return;
  const input = box.querySelector("input"), found = box.querySelector("[data-palette-found]"), none = box.querySelector("[data-palette-none]"), wait = box.querySelector("[data-palette-wait]");
  const pages = [...box.querySelectorAll("[data-palette-found] ~ [role=group] [role=option]")];
  const shown = () => [...box.querySelectorAll("[role=option]")].filter((item) => !item.hidden);
  let asking, timer, waiting = false; // until the server has answered, nobody can say that nothing was found
  const choose = (item) => {
    box.querySelectorAll("[role=option]").forEach((other) => other.setAttribute("aria-selected", other === item));
    if (!item) return input.removeAttribute("aria-activedescendant");
    item.id ||= `option-${shown().indexOf(item)}`;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const settle = () => {
    box.querySelectorAll("[role=group]").forEach((group) => { group.hidden = !group.querySelector("[role=option]:not([hidden])"); });
    none.hidden = waiting || shown().length > 0;
    wait.hidden = !waiting || shown().length > 0;
    choose(shown()[0]);
  };
  const ask = async (words) => {
    asking?.abort();
    asking = new AbortController();
    if (!words) { found.replaceChildren(); return settle(); }
    try {
      const answer = await fetch(`${box.dataset.paletteFrom}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" }, signal: asking.signal });
      if (answer.ok && !answer.redirected) found.innerHTML = await answer.text();
    } catch (fault) {
      if (fault.name === "AbortError") return;
      found.replaceChildren();
    }
    waiting = false;
    settle();
  };
  const narrow = () => {
    const words = input.value.trim().toLowerCase();
    pages.forEach((item) => { item.hidden = !(item.textContent + (item.dataset.keys || "")).toLowerCase().includes(words); });
    waiting = Boolean(words);
    settle();
    clearTimeout(timer);
    timer = setTimeout(() => ask(words), 120);
  };
  const open = () => { box.showModal(); input.value = ""; found.replaceChildren(); narrow(); input.focus(); };
  const go = (item, apart) => {
    if (!item?.dataset.href) return;
    if (apart) window.open(item.dataset.href, "_blank", "noopener"); else location.href = item.dataset.href;
  };
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const single = event.key === "/" && !typing && !document.querySelector("dialog[open]") && document.documentElement.dataset.keys !== "off";
    const field = single && [...document.querySelectorAll("main input[type=search]")].find((one) => one.checkVisibility());
    if (field) { event.preventDefault(); field.focus(); field.select(); return; }
    const asked = ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") || single;
    if (asked) { event.preventDefault(); if (box.open) box.close(); else open(); }
  });
  addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(); }
    if (event.target === box) box.close();
  });
  box.addEventListener("click", (event) => go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    const list = shown(), at = list.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") { event.preventDefault(); choose(list[(at + 1) % list.length]); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(list[(at - 1 + list.length) % list.length]); }
    if (event.key === "Enter") { event.preventDefault(); go(list[at], event.ctrlKey || event.metaKey); }
  });
})();
