"use strict";
// Timelines: the wheel zooms at the pointer, dragging moves, a double click shows the whole. What is hovered is told.
const tip = document.getElementById("tip");
const told = (seconds) => seconds < 100 ? `${seconds.toFixed(seconds < 10 ? 2 : 1)} s` : `${(seconds / 60).toFixed(1)} min`;
for (const figure of document.querySelectorAll(".timeline")) {
  const svg = figure.querySelector(".lanes");
  const marks = figure.querySelectorAll(".axis span");
  const whole = Number(svg.dataset.duration);
  const height = svg.viewBox.baseVal.height;
  let from = 0, span = whole, held = null;
  svg.setAttribute("height", height);
  const show = () => {
    span = Math.min(whole, Math.max(whole / 5000, span));
    from = Math.min(whole - span, Math.max(0, from));
    svg.setAttribute("viewBox", `${from} 0 ${span} ${height}`);
    marks.forEach((mark, n) => { mark.textContent = told(from + span * n / (marks.length - 1)); });
  };
  const at = (event) => (event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth;
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const place = at(event), factor = event.deltaY > 0 ? 1.25 : 0.8;
    const next = Math.min(whole, span * factor);
    from += place * (span - next);
    span = next;
    show();
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => { held = { x: event.clientX, from }; svg.setPointerCapture(event.pointerId); });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("pointermove", (event) => {
    if (held) { from = held.from - (event.clientX - held.x) / svg.clientWidth * span; show(); return; }
    const what = event.target.dataset && event.target.dataset.told;
    tip.hidden = !what;
    if (!what) return;
    tip.textContent = what;
    tip.style.left = `${Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY + 14}px`;
  });
  svg.addEventListener("pointerleave", () => { tip.hidden = true; });
  svg.addEventListener("dblclick", () => { from = 0; span = whole; show(); });
  show();
}
