// <button data-dialog-open="ID"> opens a <dialog>; [data-dialog-close], Esc or a press beside it closes it.
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) { event.preventDefault(); document.getElementById(opener.dataset.dialogOpen)?.showModal(); return; }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  else if (event.target.matches?.("dialog.zk-dialog")) event.target.close();
});
