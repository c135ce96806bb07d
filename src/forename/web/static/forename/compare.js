// Two pictures over each other with a slider. Without this file they stand side by side.
for (const box of document.querySelectorAll("[data-compare]")) {
  const [first, second] = box.querySelectorAll("img");
  const control = box.querySelector(".compare-control");
  if (!first || !second || !control) continue;
  const slide = control.querySelector("input");
  const stage = document.createElement("div");
  stage.className = "compare-stage";
  box.prepend(stage);
  stage.append(first, second);
  control.hidden = false;
  stage.after(control);
  box.classList.add("compare-over");
  const show = () => {
    // The first picture begins where reading begins; the second is cut off up to the slider.
    const rtl = document.documentElement.dir === "rtl";
    second.style.clipPath = rtl ? `inset(0 ${slide.value}% 0 0)` : `inset(0 0 0 ${slide.value}%)`;
    stage.style.setProperty("--cut", `${slide.value}%`);
  };
  slide.addEventListener("input", show);
  show();
}
