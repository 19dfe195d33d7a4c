/** How far one has come: in the live column, in the navigation, and on the front page. */

import { make } from "./dom.js";
import { GIVEN, lessonUrl, ROOT } from "./page.js";
import { SIGNS } from "./words.js";

/** The lessons as links, each with its sign. */
export function steps(lessons) {
  return lessons.map((lesson) => {
    const isHere = lesson.slug === GIVEN?.slug && "page";
    const link = {
      href: lessonUrl(lesson.slug),
      title: `${lesson.step}. ${lesson.title}`,
      "aria-current": isHere,
      "aria-label": `Lesson ${lesson.step}: ${inWords(lesson)}`,
    };
    return make("li", { "data-state": lesson.state }, make("a", link, label(lesson)));
  });
}

function label(lesson) {
  return `${lesson.step} ${SIGNS[lesson.state][0]}`;
}

/** Put what became of each lesson beside the links that lead to it, and what was counted. */
export function marks({ lessons, figures = {} }) {
  for (const cell of document.querySelectorAll("[data-figure]")) {
    cell.textContent = figures[cell.dataset.figure] ?? cell.textContent;
  }
  for (const lesson of lessons) {
    for (const link of links(".md-nav--primary a.md-nav__link", lesson)) mark(link, lesson);
  }
  if (location.pathname === ROOT.pathname) markFrontPage(lessons);
}

/** On the front page it stands in the list of lessons, and the button leads on. */
function markFrontPage(lessons) {
  for (const lesson of lessons) {
    for (const link of links("article li a", lesson)) mark(link.closest("li"), lesson);
  }
  const button = lessons.flatMap((lesson) => links("article a.md-button", lesson))[0];
  const next = lessons.find(({ state }) => state !== "passed");
  if (!button || next === lessons[0]) return;
  button.href = lessonUrl((next ?? lessons[0]).slug);
  button.textContent = next ? `Go on with lesson ${next.step}` : "All lessons pass. Read them again";
}

function links(selector, { slug }) {
  const url = lessonUrl(slug);
  return [...document.querySelectorAll(selector)].filter((link) => link.href === url);
}

function mark(element, lesson) {
  element.querySelector(".live-mark")?.remove();
  const { state, passed, checks } = lesson;
  const words = make("span", { class: "live-words" }, `${SIGNS[state][1]}, `);
  const attributes = { class: "live-mark", "data-state": state };
  element.append(" ", make("span", attributes, `${SIGNS[state][0]} `, words, `${passed} of ${checks}`));
}

function inWords({ state, passed, checks }) {
  return `${SIGNS[state][1]}, ${passed} of ${checks}`;
}
