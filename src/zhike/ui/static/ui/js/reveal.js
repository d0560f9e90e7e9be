// Masked contact points: <button data-reveal="URL" data-reveal-into="ID">. The server answers the value as text and writes
// an audit line; a second press, 30 seconds or printing masks it again.
addEventListener("beforeprint", () => document.querySelectorAll("[data-reveal][aria-pressed=true]").forEach((button) => button.click()));
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const out = document.getElementById(button.dataset.revealInto);
  const mask = () => { out.textContent = out.dataset.masked; button.setAttribute("aria-pressed", "false"); };
  out.dataset.masked ??= out.textContent;
  if (button.getAttribute("aria-pressed") === "true") return mask();
  const token = document.body.getAttribute("hx-headers:inherited");
  const answer = await fetch(button.dataset.reveal, { method: "POST", headers: { "HX-Request": "true", ...JSON.parse(token ?? "{}") } });
  const text = await answer.text();
  if (!answer.ok) { document.getElementById("toasts").insertAdjacentHTML("beforeend", text); return; }
  out.textContent = text.trim();
  button.setAttribute("aria-pressed", "true");
  setTimeout(mask, 30000);
});
