"use strict";
// Timelines: Ctrl and the wheel zoom at the pointer, dragging moves, a double click shows the whole; keys do the same,
// and go from mark to mark. What is pointed at is told. A link to an event opens the list that it is in.
const tip = document.getElementById("tip");
const told = (seconds) => seconds < 100 ? `${seconds.toFixed(seconds < 10 ? 2 : 1)} s` : `${(seconds / 60).toFixed(1)} min`;
const tell = (what, x, y) => {
  tip.hidden = !what;
  if (!what) return;
  tip.textContent = what;
  tip.style.left = `${Math.max(0, Math.min(x + 12, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.min(y + 14, innerHeight - tip.offsetHeight - 8)}px`;
};
const reveal = () => {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const list = place && place.closest("details");
  if (!list) return;
  list.open = true;
  place.scrollIntoView({ block: "center" });
};
addEventListener("hashchange", reveal);
reveal();
for (const figure of document.querySelectorAll(".timeline")) {
  const svg = figure.querySelector(".lanes"), stage = figure.querySelector(".stage");
  const marks = figure.querySelectorAll(".axis span");
  const whole = Number(svg.dataset.duration), height = svg.viewBox.baseVal.height;
  const things = [...svg.querySelectorAll("[data-told]")].map((thing) => ({ thing, at: thing.getBBox().x }));
  things.sort((one, other) => one.at - other.at);
  let from = 0, span = whole, held = null, chosen = -1;
  svg.setAttribute("height", height);
  const show = () => {
    span = Math.min(whole, Math.max(whole / 5000, span));
    from = Math.min(whole - span, Math.max(0, from));
    svg.setAttribute("viewBox", `${from} 0 ${span} ${height}`);
    marks.forEach((mark, n) => { mark.textContent = told(from + span * n / (marks.length - 1)); });
  };
  const zoom = (place, factor) => {
    const next = Math.min(whole, span * factor);
    from += place * (span - next);
    span = next;
    show();
  };
  const choose = (next) => {
    if (!things.length) return;
    chosen = (next + things.length) % things.length;
    const { thing, at } = things[chosen];
    if (at < from || at > from + span) { from = at - span / 2; show(); }
    const box = thing.getBoundingClientRect();
    tell(thing.dataset.told, box.left, box.bottom - 10);
  };
  const keys = {
    "+": () => zoom(0.5, 0.8), "=": () => zoom(0.5, 0.8), "-": () => zoom(0.5, 1.25),
    "0": () => { from = 0; span = whole; show(); },
    ArrowLeft: () => { from -= span / 10; show(); }, ArrowRight: () => { from += span / 10; show(); },
    n: () => choose(chosen + 1), p: () => choose(chosen - 1), Escape: () => tell(""),
  };
  stage.addEventListener("keydown", (event) => {
    const act = !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  stage.addEventListener("blur", () => tell(""));
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom((event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth, event.deltaY > 0 ? 1.25 : 0.8);
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => { held = { x: event.clientX, from }; svg.setPointerCapture(event.pointerId); });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { held = null; });
  svg.addEventListener("pointermove", (event) => {
    if (held) { from = held.from - (event.clientX - held.x) / svg.clientWidth * span; show(); return; }
    tell(event.target.dataset && event.target.dataset.told, event.clientX, event.clientY);
  });
  svg.addEventListener("pointerleave", () => tell(""));
  svg.addEventListener("dblclick", keys["0"]);
  show();
}
