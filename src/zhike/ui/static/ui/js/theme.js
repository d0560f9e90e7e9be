// Theme, density and single keys, before first paint. ?theme= and ?density= win, then what was chosen, then the system.
// A button that chooses: data-theme-set="dark", data-density-set="tight", data-keys-set="off".
(() => {
  const root = document.documentElement, asked = new URLSearchParams(location.search);
  const kept = (key) => { try { return localStorage.getItem(`zk-${key}`); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(`zk-${key}`, value); } catch { /* private window: forget */ } };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const usual = { theme: "system", density: "normal", keys: "on" }, names = Object.keys(usual);
  const wanted = Object.fromEntries(names.map((name) => [name, asked.get(name) || kept(name) || usual[name]]));
  const show = () => {
    root.dataset.bsTheme = wanted.theme === "system" ? (system.matches ? "dark" : "light") : wanted.theme;
    root.dataset.density = wanted.density;
    root.dataset.keys = wanted.keys;
    root.dataset.scripts = "on";
    for (const name of names) {
      document.querySelectorAll(`[data-${name}-set]`).forEach((one) => one.setAttribute("aria-pressed", one.getAttribute(`data-${name}-set`) === wanted[name]));
    }
    dispatchEvent(new Event("zk:theme"));
  };
  const choose = (name, value) => { wanted[name] = value; keep(name, value); show(); };
  show();
  addEventListener("DOMContentLoaded", show);
  system.addEventListener("change", show);
  addEventListener("beforeprint", () => { root.dataset.bsTheme = "light"; dispatchEvent(new Event("zk:theme")); });
  addEventListener("afterprint", show);
  addEventListener("click", (event) => {
    for (const name of names) {
      const button = event.target.closest(`[data-${name}-set]`);
      if (button) choose(name, button.getAttribute(`data-${name}-set`));
    }
    if (event.target.closest("[data-density-toggle]")) {
      const steps = ["tight", "normal", "roomy"];
      choose("density", steps[(steps.indexOf(wanted.density) + 1) % 3]);
    }
  });
})();
