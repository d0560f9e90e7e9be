// Theme and density, before first paint. ?theme= and ?density= win, then what was chosen, then the system.
(() => {
  const root = document.documentElement, asked = new URLSearchParams(location.search);
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window: forget */ } };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const wanted = { theme: asked.get("theme") || kept("zk-theme") || "system", density: asked.get("density") || kept("zk-density") || "normal" };
  const show = () => {
    root.dataset.bsTheme = wanted.theme === "system" ? (system.matches ? "dark" : "light") : wanted.theme;
    root.dataset.density = wanted.density;
    document.querySelectorAll("[data-theme-set]").forEach((one) => one.setAttribute("aria-pressed", one.dataset.themeSet === wanted.theme));
    document.querySelectorAll("[data-density-set]").forEach((one) => one.setAttribute("aria-pressed", one.dataset.densitySet === wanted.density));
    dispatchEvent(new Event("zk:theme"));
  };
  const choose = (key, value) => { wanted[key] = value; keep(`zk-${key}`, value); show(); };
  show();
  addEventListener("DOMContentLoaded", show);
  system.addEventListener("change", show);
  addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-set]"), density = event.target.closest("[data-density-set]");
    if (theme) choose("theme", theme.dataset.themeSet);
    if (density) choose("density", density.dataset.densitySet);
    if (event.target.closest("[data-density-toggle]")) {
      const steps = ["tight", "normal", "roomy"];
      choose("density", steps[(steps.indexOf(wanted.density) + 1) % 3]);
    }
  });
})();
