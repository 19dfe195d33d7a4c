/** The keyboard stays where it is, although what it is on is replaced or hidden. */

const REACHED = "a[href], button, summary, [tabindex='0']";

/** Replace what an element holds; the focus goes to the same link, or to what is left. */
export function refill(element, children) {
  const at = document.activeElement;
  const index = element.contains(at) ? reached(element).indexOf(at) : -1;
  element.replaceChildren(...children);
  if (index < 0) return;
  const left = reached(element);
  const same = left.find((link) => link.textContent === at.textContent);
  focus(same ?? left[Math.min(index, left.length - 1)] ?? panel(element));
}

/** Hide an element or show it; from what is hidden, the focus goes to `other`. */
export function hide(element, isHidden, other) {
  const had = isHidden && element.contains(document.activeElement);
  element.hidden = isHidden;
  if (had) focus(other);
}

function reached(element) {
  return [...element.querySelectorAll(REACHED)];
}

function panel(element) {
  const panel = element.closest('[role="tabpanel"]');
  panel.tabIndex = -1;
  return panel;
}

function focus(element) {
  element.focus({ preventScroll: true });
}
