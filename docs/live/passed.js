/** What a passed lesson shows: what that proves, remarks, and what comes next. */

import { advice } from "./cause.js";
import { make } from "./dom.js";
import { finish } from "./finish.js";
import { lessonUrl } from "./page.js";
import { MOST_ADVICE } from "./words.js";

export function passed(verdict, { given, progress }) {
  const isPassed = ({ slug, state }) => slug === given.slug && state === "passed";
  const isListed = !given.next && progress.some(isPassed);
  return make(
    "div",
    { class: "live-passed" },
    make("p", { class: "live-sentence" }, isListed ? "Passed." : `Passed. ${given.proved}`),
    given.next ? next(given.next) : finish(given, verdict, progress, given.course),
    verdict.advice.slice(0, MOST_ADVICE).map(advice),
    keptBack(verdict.advice.length - MOST_ADVICE),
  );
}

function keptBack(more) {
  if (more <= 0) return null;
  const remarks = more === 1 ? "remark is" : "remarks are";
  return make("p", {}, `${more} more ${remarks} held back until these are dealt with.`);
}

function next({ slug, step, title }) {
  const words = `Next comes lesson ${step}: ${title}`;
  return make("p", {}, make("a", { class: "live-next", href: lessonUrl(slug) }, words));
}
