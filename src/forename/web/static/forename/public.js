// Nothing is sent while there is no connection or too much is chosen, so that the words are not lost.
// Nothing is kept on the device. Everything works without this file.
const MOST_FILES = 5;
const LARGEST_FILE = 20 * 2 ** 20;
document.addEventListener("DOMContentLoaded", () => {
  const offline = document.getElementById("offline");
  const large = document.getElementById("too-large");
  const form = offline && document.querySelector("form");
  if (!form) return;
  const show = (notice, wrong) => {
    notice.hidden = !wrong;
    if (wrong) notice.focus();
    return wrong;
  };
  const chosen = form.querySelector("[type=file]");
  const tooMuch = () =>
    chosen.files.length > MOST_FILES ||
    Array.from(chosen.files).some((file) => file.size > LARGEST_FILE);
  form.addEventListener("submit", (event) => {
    const stopped = [show(offline, !navigator.onLine), show(large, tooMuch())];
    if (stopped.some(Boolean)) event.preventDefault();
  });
  window.addEventListener("online", () => show(offline, false));
});
