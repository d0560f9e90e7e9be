// From record to record of the list one came from: the list leaves its addresses, the record's page shows where one is in
// them ([data-walk] with links [data-step="-1"] and [data-step="1"]), and its crumb leads back to the list as it was.
(() => {
  const key = "zk-walk";
  const keep = (value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* full or private: no walking */ } };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const table = () => document.querySelector("table[data-rows][data-walked]");
  const note = () => {
    const rows = [...(table()?.tBodies[0]?.rows ?? [])].map((row) => row.querySelector("a[href]")?.getAttribute("href")).filter(Boolean);
    if (rows.length) keep({ list: location.pathname + location.search, rows });
  };
  const show = () => {
    note();
    const box = document.querySelector("[data-walk]"), found = box?.hidden && kept();
    const at = found?.rows?.indexOf(location.pathname) ?? -1;
    if (at < 0) return;
    box.querySelectorAll("[data-step]").forEach((link) => {
      const to = found.rows[at + Number(link.dataset.step)];
      if (to) link.href = to; else { link.removeAttribute("href"); link.setAttribute("role", "link"); link.setAttribute("aria-disabled", "true"); link.removeAttribute("data-key"); }
    });
    box.querySelector("[data-walk-at]").textContent = `${at + 1} / ${found.rows.length}`;
    box.hidden = false;
    document.querySelectorAll("a[data-walk-list]").forEach((link) => { link.href = found.list; });
  };
  show();
  document.addEventListener("htmx:after:swap", show);
})();
