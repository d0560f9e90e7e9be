// <button data-copy="TEXT"> or <button data-copy-from="ID"> puts a text on the clipboard and says so in its label for a moment.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.textContent) : button.dataset.copy;
  try { await navigator.clipboard.writeText(text); } catch { source?.select?.(); return; }
  const said = button.dataset.copied;
  if (!said) return;
  const before = button.textContent;
  button.textContent = said;
  setTimeout(() => { button.textContent = before; }, 2000);
});
