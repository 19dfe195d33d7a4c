/** Why a lesson does not pass, and advice where it does: expected, got, where, what to do. */

import { button, make } from "./dom.js";
import { ROOT } from "./page.js";
import { lead, place, sentence } from "./words.js";

/** The sentence of a verdict, and what helps; red where something needs attention. */
export function causeBox(cause, lesson) {
  const first = lead(lesson);
  return make(
    "div",
    { class: "live-cause", "data-voice": cause.voice, "data-state": lesson.state },
    first && make("p", { class: "live-lead" }, first),
    make("p", { class: "live-sentence" }, sentence(cause)),
    facts(cause),
  );
}

/** A remark on a project that passes. */
export function advice(cause) {
  const words = `Advice: expected ${cause.expected}, but ${cause.got}.`;
  return make(
    "div",
    { class: "live-advice" },
    make("p", { class: "live-sentence" }, words),
    facts(cause),
  );
}

/** The steps of a traceback that are the learner's own; `open(number)` opens one. */
export function frames(cause, open) {
  if (!cause.frames?.length) return null;
  const lines = cause.frames.map(({ file, line, code }, number) => {
    const there = button(`${file}:${line}`, () => open(number), {
      class: "live-there",
      title: "Open in your editor",
    });
    return make("li", {}, make("code", {}, there, `: ${code.trim()}`));
  });
  return make(
    "div",
    { class: "live-frames" },
    make("h3", {}, "In your code"),
    make("ol", {}, lines),
  );
}

function facts({ where, cure, why, page }) {
  const all = [
    ["Look at", where && make("code", {}, place(where))],
    ["Do", cure],
    ["Why", why],
    ["Read", page && section(page)],
  ];
  const there = all.filter(([, words]) => words);
  const pairs = there.map(([name, words]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, words)),
  );
  return make("dl", { class: "live-facts" }, pairs);
}

/** A link to a section of the site, by the words of its heading. */
function section(page) {
  const url = new URL(page, ROOT);
  const name = decodeURIComponent(url.hash.slice(1));
  const isHere = url.pathname === location.pathname;
  const heading = isHere && name && document.getElementById(name);
  const words = heading ? withoutMarks(heading) : spoken(name || page);
  return make("a", { href: isHere ? url.hash : url.href }, words);
}

function withoutMarks(heading) {
  const copy = heading.cloneNode(true);
  copy.querySelectorAll(".headerlink, .live-badge").forEach((mark) => mark.remove());
  return copy.textContent.trim();
}

function spoken(name) {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
