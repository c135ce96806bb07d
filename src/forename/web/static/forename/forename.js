// Copy buttons, menus that close, focus on what went wrong. Everything works without this file.
document.addEventListener("DOMContentLoaded", () => {
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  }
  const summary = document.querySelector(".error-summary[tabindex]");
  if (summary) summary.focus();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    navigator.clipboard.writeText(button.dataset.copy).then(() => {
      button.textContent = button.dataset.copied;
    });
  }
  // A link to a group of choices goes to the first of them.
  const link = event.target.closest(".error-summary a[href^='#']");
  const group = link && document.getElementById(link.hash.slice(1));
  const control = group && group.querySelector("input, select, textarea");
  if (control) {
    event.preventDefault();
    control.focus();
  }
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".menu[open]");
  if (!menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
});
