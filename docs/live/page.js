/** What the page that we are on says of itself. */

export const ROOT = new URL("../", import.meta.url);

const [live, project, second] = (content("course-live") ?? "").split(/\s+/).map(Number);

/** On which ports things are; `on` is false on a page that was built without them. */
export const PORTS = { on: Boolean(live), live, servers: { 1: project, 2: second } };

/** The lesson of this page as the site knows it, or null. */
export const GIVEN = parsed(document.getElementById("course-lesson-data"));

export const LIVE = address(live, GIVEN ? `/live/${GIVEN.slug}/` : "/live/");

/** The address of a WebSocket on this machine, by the name that the page was asked by. */
export function address(port, path) {
  return `ws://${location.hostname}:${port}${path}`;
}

export function lessonUrl(slug) {
  return new URL(`lessons/${slug}/`, ROOT).href;
}

/** The heading of a task on this page. */
export function heading(task) {
  return document.querySelector(`h2[id^="task-${task}-"]`);
}

/** The page's own box with the solution of a task. */
export function solution(task) {
  let element = heading(task)?.nextElementSibling;
  for (; element && element.tagName !== "H2"; element = element.nextElementSibling) {
    const summary = element.matches("details") && element.querySelector("summary");
    if (summary && summary.textContent.trim() === "One way to write it") return element;
  }
  return null;
}

function content(name) {
  return document.querySelector(`meta[name="${name}"]`)?.content;
}

function parsed(element) {
  return element && JSON.parse(element.textContent);
}
