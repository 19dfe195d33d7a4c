/** Elements made in one go. Whatever a learner's project says becomes text, never HTML. */

/**
 * An element with attributes, listeners (`onclick: …`) and children. Strings become text;
 * attributes and children that are null, undefined or false are left out.
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function draw(tag, attributes = {}, ...children) {
  const svg = "http://www.w3.org/2000/svg";
  return fill(document.createElementNS(svg, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (!there(value)) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(there));
  return element;
}

function there(value) {
  return value !== null && value !== undefined && value !== false;
}

/** A button that does something, or without `onclick` one that sends its form. */
export function button(words, onclick, attributes = {}) {
  const type = onclick ? "button" : "submit";
  return make("button", { class: "live-button", type, onclick, ...attributes }, words);
}

/** Words in which `code` stands between backticks, as text and elements. */
export function withCode(words) {
  return words
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

/** Whether the page does without movement. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
