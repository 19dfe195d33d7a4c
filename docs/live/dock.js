/** The live column: beside the text on a wide screen, a sheet at its foot on a narrow one. */

import { told, frames } from "./cause.js";
import { badges, taskList } from "./checks.js";
import { button, make, withCode } from "./dom.js";
import { Hints } from "./hints.js";
import { Own } from "./own.js";
import { Panels } from "./panels.js";
import { passed } from "./passed.js";
import { Place } from "./place.js";
import { steps } from "./progress.js";
import { state } from "./state.js";
import { tablist } from "./tablist.js";
import { Transcript } from "./transcript.js";
import { count, sentence } from "./words.js";

const AWAY = "No connection to the live results; trying again. `make learn` starts them.";
const STOPPED = "`make learn` has ended. Type it again to continue.";
const TITLE = document.title;

export class Dock {
  #lesson;
  #line = make("p", { class: "live-line" });
  #toggle = make("button", {
    class: "live-toggle",
    type: "button",
    "aria-controls": "live-body",
    onclick: () => this.#show(!this.#isShown),
  });
  #choose;
  #steps = make("ol", { class: "live-steps", "aria-label": "Lessons" });
  #result = make("div", { class: "live-result" });
  #frames = make("div");
  #tasks = make("ol", { class: "live-tasks", "aria-label": "Tasks and their checks" });
  #notes = make("div", { class: "live-notes" });
  #transcript = new Transcript();
  #told = make("div", { class: "live-hidden", role: "status", "aria-live": "polite" });
  #hints;
  #own;
  #panels;
  #place;
  #isShown = false;
  #drawn = null;
  #key = "";

  /** `send(frame)` sends a frame to the live results. */
  constructor(element, lesson, send) {
    this.#lesson = lesson;
    this.#choose = button("Check this lesson", () => send({ type: "choose" }));
    this.#hints = new Hints({
      ask: () => send({ type: "hint" }),
      leave: () => this.#show(false),
    });
    this.#place = new Place(() => send({ type: "open" }));
    this.#own = new Own(send);
    this.#panels = new Panels(lesson);
    this.element = element;
    element.append(this.#bar(), this.#body(), this.#told);
    document.addEventListener("keydown", (event) => this.#escape(event));
    addEventListener("scroll", () => this.#fit(), { passive: true });
    this.#fit();
    this.#show(false);
  }

  #bar() {
    return make("div", { class: "live-bar" }, this.#line, this.#choose, this.#toggle);
  }

  #body() {
    const checks = [
      this.#result, this.#place.element, this.#transcript.element, this.#frames,
      this.#hints.element, this.#tasks, this.#own.element, this.#notes,
    ];
    const views = [
      { id: "live-checks", name: "Checks", content: checks },
      { id: "live-try", name: "Two tabs", content: this.#panels.element },
    ];
    const opened = (id) => id === "live-try" && this.#panels.open();
    const { list, panels } = tablist("Live results", views, opened);
    return make(
      "div",
      { class: "live-body", id: "live-body" },
      make("div", { class: "live-top" }, list, this.#steps),
      panels,
    );
  }

  /** Show what is known now; `isAway` is whether nobody tells us more. */
  update(isAway) {
    const lesson = this.#lesson;
    this.#showLine(isAway);
    this.#choose.hidden = isAway || !lesson.isIdle;
    this.#showTasks(lesson.tasks, lesson.progress);
    this.#panels.update();
    this.#hints.show(lesson);
    this.#place.show(lesson);
    this.#own.show(lesson);
    if (lesson.verdict !== this.#drawn) this.#showVerdict(lesson.verdict);
  }

  /** Say one sentence to those who listen. */
  say(words) {
    this.#told.replaceChildren(make("p", {}, words));
  }

  /** What has not changed is let be: the keyboard may be on one of its links. */
  #showTasks(tasks, lessons) {
    const key = JSON.stringify([tasks, lessons]);
    if (key === this.#key) return;
    this.#key = key;
    this.#steps.replaceChildren(...steps(lessons));
    this.#tasks.replaceChildren(...taskList(tasks));
    badges(tasks);
  }

  #showLine(isAway) {
    const { name, words } = line(this.#lesson, isAway);
    this.element.dataset.state = name;
    const key = `${name} ${words}`;
    if (this.#line.dataset.key === key) return;
    this.#line.dataset.key = key;
    const sign = name === "away" ? [] : [state(name), " "];
    this.#line.replaceChildren(...sign, ...withCode(words));
  }

  #showVerdict(verdict) {
    const { given, failed } = this.#lesson;
    const { cause } = verdict;
    this.#drawn = verdict;
    this.#result.replaceChildren(cause ? told(cause) : passed(verdict, given));
    this.#transcript.show(cause && failed);
    this.#frames.replaceChildren(...[cause && frames(cause)].filter(Boolean));
    this.#notes.replaceChildren(...notes(verdict));
    document.title = `${cause ? "✗" : "✓"} ${TITLE}`;
    const scrolled = [this.#result.closest('[role="tabpanel"]'), this.#result.closest(".live-body")];
    for (const box of scrolled) box.scrollTop = 0;
  }

  #show(isShown) {
    this.#isShown = isShown;
    this.element.dataset.shown = String(isShown);
    this.#toggle.setAttribute("aria-expanded", String(isShown));
    this.#toggle.textContent = isShown ? "Hide" : "Show";
  }

  /** On a wide screen: what is above the text takes from the height until it is gone. */
  #fit() {
    const top = Math.max(this.element.parentElement.getBoundingClientRect().top, 0);
    this.element.style.setProperty("--live-above", `${top}px`);
  }

  #escape(event) {
    if (event.key !== "Escape" || !this.#isShown) return;
    const isInside = this.element.contains(document.activeElement);
    this.#show(false);
    if (isInside) this.#toggle.focus();
  }
}

/** The one line of state: a name in SIGNS, or `away`, and words. */
function line(lesson, isAway) {
  const { verdict } = lesson;
  if (isAway) return { name: "away", words: away(lesson) };
  if (lesson.isIdle) {
    const other = lesson.progress.find(({ slug }) => slug === lesson.chosen);
    const which = `Lesson ${other?.step ?? lesson.chosen}`;
    return { name: "waiting", words: `${which} is being checked, not this one.` };
  }
  if (lesson.running && (lesson.slow || !verdict)) {
    const now = lesson.checks.find((check) => check.state === "running");
    return { name: "running", words: now?.title ?? "" };
  }
  if (!verdict) return { name: "waiting", words: "" };
  const task = lesson.open ? `task ${lesson.open}; ` : "";
  const passed = verdict.cause ? " passed" : "";
  return { name: verdict.verdict, words: `${task}${share(verdict)}${passed}` };
}

function share({ checks }) {
  const number = checks.filter(({ outcome }) => outcome === "passed").length;
  return `${number} of ${count(checks.length, "check")}`;
}

function away({ stopped, refusal }) {
  if (stopped) return STOPPED;
  return refusal ? `The live results rejected this page. ${refusal}` : AWAY;
}

/** What stands at the end of a verdict in the terminal. */
function notes(verdict) {
  const through = verdict.broker ? `, through ${verdict.broker}` : "";
  const time = verdict.seconds.toFixed(1);
  const all = `${share(verdict)} passed in ${time} s${through}.`;
  const differ = "The course's own checks ran; the copy in your lesson differs.";
  return [
    make("p", {}, all),
    ...(verdict.checks_changed ? [make("p", {}, differ)] : []),
    ...long("Your project printed", verdict.printed),
    ...long("Where the checker broke", verdict.traceback),
  ];
}

function long(title, text) {
  if (!text) return [];
  const pre = make("pre", { tabindex: 0, "aria-label": title }, text);
  return [make("details", {}, make("summary", {}, title), pre)];
}

/** What is said aloud of a verdict. */
export function aloud(verdict, given) {
  return verdict.cause ? sentence(verdict.cause) : `Passed. ${given.proved}`;
}
