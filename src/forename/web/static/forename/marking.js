// Words selected in a report become the beginning and end of a claim, counted in characters.
document.addEventListener("DOMContentLoaded", () => {
  const text = document.getElementById("report-text");
  const form = document.querySelector(".mark-here");
  if (!text || !form) return;
  const button = form.querySelector("button");
  const first = button.textContent;
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const range = chosen.rangeCount ? chosen.getRangeAt(0) : null;
    const inside = range && !range.collapsed && text.contains(range.commonAncestorContainer);
    if (inside) {
      const before = document.createRange();
      before.selectNodeContents(text);
      before.setEnd(range.startContainer, range.startOffset);
      const start = Array.from(before.toString()).length;
      form.querySelector("[data-start]").value = start;
      form.querySelector("[data-end]").value = start + Array.from(range.toString()).length;
    } else if (document.activeElement !== button) {
      form.querySelector("[data-start]").value = "";
      form.querySelector("[data-end]").value = "";
    }
    button.textContent = inside ? button.dataset.marked : first;
  });
});
