// Keys and the small things that a page does by itself; without it, every form and link still works.
"use strict";

const WRITING = ["INPUT", "SELECT", "TEXTAREA"];

const DOES = {
  boxes: (stage, on) => stage.classList.toggle("plain", !on),
  zoom: (stage, on) => stage.classList.toggle("pixels", on),
  blink: (stage, on) => stage.classList.toggle("blink", on),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  DOES[button.dataset.do](document.querySelector(".stage"), on);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (WRITING.includes(event.target.tagName)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const rows = [...document.querySelectorAll("a.row")];
  const at = rows.indexOf(document.activeElement);
  const moves = { j: at + 1, k: Math.max(at - 1, 0) };
  if (event.key in moves && rows.length) {
    rows[Math.min(moves[event.key], rows.length - 1)].focus();
  } else if (event.key === "Enter" && document.activeElement === document.body && rows.length) {
    rows[0].click();
  } else {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target || event.repeat) return;
    target.click();
  }
  event.preventDefault();
});
