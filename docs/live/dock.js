/** The live column: beside the text on a wide screen, a sheet at its foot on a narrow one. */

import { Brief } from "./brief.js";
import { causeBox, frames } from "./cause.js";
import { badges, taskList } from "./checks.js";
import { button, isCalm, make, withCode } from "./dom.js";
import { hide, refill } from "./focus.js";
import { Hints } from "./hints.js";
import { History } from "./history.js";
import { Own } from "./own.js";
import { Panels } from "./panels.js";
import { passed } from "./passed.js";
import { Place } from "./place.js";
import { steps } from "./progress.js";
import { SAME } from "./since.js";
import { state } from "./state.js";
import { tablist } from "./tablist.js";
import { Transcript } from "./transcript.js";
import { Wall } from "./wall.js";
import { count, lead, sentence, SIGNS } from "./words.js";

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
  #stale = make("p", { class: "live-stale", hidden: true });
  #result = make("div", { class: "live-result" });
  #frames = make("div");
  #tasks = make("ol", { class: "live-tasks", "aria-label": "Tasks and their checks" });
  #notes = make("div", { class: "live-notes" });
  #transcript = new Transcript("live");
  #said = make("div", { class: "live-hidden", role: "status", "aria-live": "polite" });
  #brief;
  #hints;
  #history;
  #own;
  #openFrame;
  #panels;
  #place;
  #wall;
  #isShown = false;
  #drawn = null;
  /** The cause that was drawn while its run went on. */
  #soFar = false;
  #shown = [];
  #key = "";

  /** `send(frame)` sends a frame to the live results. */
  constructor(element, lesson, send) {
    this.#lesson = lesson;
    this.#choose = button("Check this lesson", () => send({ type: "choose" }));
    this.#brief = new Brief(() => send({ type: "hint" }));
    this.#hints = new Hints({
      ask: () => send({ type: "hint" }),
      leave: () => this.#show(false),
    });
    this.#history = new History((number) => send({ type: "difference", number }));
    this.#place = new Place(() => send({ type: "open" }));
    this.#openFrame = (frame) => send({ type: "open", frame });
    this.#own = new Own(send);
    this.#wall = new Wall(send);
    this.#panels = new Panels(lesson);
    this.element = element;
    element.append(this.#bar(), this.#body(), this.#said);
    element.tabIndex = -1;
    skipLink(element);
    document.addEventListener("keydown", (event) => this.#escape(event));
    addEventListener("scroll", () => this.#fit(), { passive: true });
    this.#fit();
    this.#show(false);
  }

  #bar() {
    const parts = [this.#line, this.#choose, this.#toggle, this.#brief.element];
    const bar = make("div", { class: "live-bar" }, parts);
    const { style } = document.documentElement;
    new ResizeObserver(() => style.setProperty("--live-foot", `${bar.offsetHeight}px`)).observe(bar);
    return bar;
  }

  #body() {
    const checks = [
      this.#stale, this.#result, this.#place.element, this.#transcript.element,
      this.#frames, this.#hints.element, this.#tasks, this.#own.element,
      this.#history.element, this.#notes,
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
      this.#wall.element,
      panels,
    );
  }

  /** Show what is known now; `isAway` is whether the live results are away. */
  update(isAway) {
    const lesson = this.#lesson;
    this.#showLine(isAway);
    hide(this.#choose, isAway || !lesson.isIdle, this.element);
    this.#showStale(isAway);
    this.#showTasks(lesson.tasks, lesson.progress);
    this.#panels.update();
    this.#hints.show(lesson);
    this.#brief.show(lesson);
    this.#history.show(lesson);
    this.#place.show(lesson);
    this.#own.show(lesson);
    this.#wall.show(lesson);
    if (lesson.verdict !== this.#drawn) this.#showVerdict(lesson.verdict);
    else if (lesson.progress !== this.#shown) this.#showFinish(lesson);
    this.#shown = lesson.progress;
  }

  /** The last lesson also shows what became of the others, which is known a moment later. */
  #showFinish(lesson) {
    const old = this.#result.querySelector(".live-passed");
    if (old && !lesson.given.next) old.replaceWith(passed(lesson.verdict, lesson));
  }

  /** Say one sentence to those who listen. */
  say(words) {
    this.#said.replaceChildren(make("p", {}, words));
  }

  /** What has not changed is let be: the keyboard may be on one of its links. */
  #showTasks(tasks, lessons) {
    const key = JSON.stringify([tasks, lessons]);
    if (key === this.#key) return;
    this.#key = key;
    refill(this.#steps, steps(lessons));
    refill(this.#tasks, taskList(tasks));
    badges(tasks);
  }

  #showLine(isAway) {
    const { name, words } = line(this.#lesson, isAway);
    this.element.dataset.state = name;
    const since = name === this.#lesson.state && this.#lesson.since;
    const key = `${name} ${words} ${since}`;
    if (this.#line.dataset.key === key) return;
    this.#line.dataset.key = key;
    const sign = name === "away" ? [] : [state(name), " "];
    const changed = since ? [" ", make("span", { class: "live-since" }, since)] : [];
    this.#line.replaceChildren(...sign, ...withCode(words), ...changed);
  }

  #showVerdict(verdict) {
    const lesson = this.#lesson;
    const { failed } = lesson;
    const { cause } = verdict;
    refill(this.#notes, lesson.unfinished ? [] : notes(verdict, lesson));
    const key = JSON.stringify(cause);
    const isDrawn = key === this.#soFar;
    this.#drawn = verdict;
    this.#soFar = lesson.unfinished && key;
    if (isDrawn) return;
    refill(this.#result, [cause ? causeBox(cause, lesson) : passed(verdict, lesson)]);
    this.#transcript.show(cause && failed, verdict);
    this.#frames.replaceChildren(...[cause && frames(cause, this.#openFrame)].filter(Boolean));
    document.title = `${SIGNS[lesson.state][0]} ${TITLE}`;
    if (lesson.since) this.#flash();
    if (lesson.since === SAME) return;
    const scrolled = [this.#result.closest('[role="tabpanel"]'), this.#result.closest(".live-body")];
    requestAnimationFrame(() => scrolled.forEach((box) => box.scrollTo(0, 0)));
  }

  /** Until a run has ended, and where none comes, what is shown is from before. */
  #showStale(isAway) {
    const { verdict, slow, isIdle, saved } = this.#lesson;
    const isOld = isAway || isIdle;
    this.#stale.hidden = !verdict || !(slow || isOld);
    const before = saved.length ? "before this save" : "from the last check";
    this.#stale.textContent = isOld ? "not up to date" : before;
  }

  /** A verdict has come: the edge lights up for a moment. */
  #flash() {
    const edge = (colour) => ({ boxShadow: `inset 0.3rem 0 ${colour}, inset 0 0.3rem ${colour}` });
    const frames = [edge("var(--live-state)"), edge("transparent")];
    if (!isCalm()) this.element.animate(frames, { duration: 900, easing: "ease-out" });
  }

  #show(isShown) {
    const isInside = this.element.querySelector(".live-body").contains(document.activeElement);
    if (!isShown && isInside) this.#toggle.focus();
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
    this.#show(false);
  }
}

/** The one line of state: a name in SIGNS, or `away`, and words. */
function line(lesson, isAway) {
  const { verdict } = lesson;
  if (isAway) return { name: "away", words: away(lesson) };
  if (lesson.isIdle) {
    const other = lesson.progress.find(({ slug }) => slug === lesson.chosen);
    const which = other ? `Lesson ${other.step}` : "Another lesson";
    return { name: "stale", words: `${which} is being checked, not this one.` };
  }
  if (lesson.running && (lesson.slow || !verdict)) {
    const again = verdict ? "again …" : "";
    const now = lesson.checks.find((check) => check.state === "running");
    return { name: "running", words: now?.title ?? (saved(lesson) || again) };
  }
  if (lesson.running && lesson.saved.length) return { name: "running", words: saved(lesson) };
  const task = lesson.open ? `task ${lesson.open}; ` : "";
  const passed = verdict?.cause && lesson.state !== "to_do" ? " passed" : "";
  const [number, all] = lesson.share;
  const end = passed + (lesson.unfinished ? " so far" : "");
  const words = `${task}${number} of ${count(all, "check")}${end}`;
  return { name: lesson.state ?? lesson.checks[0].state, words };
}

/** That a save has been noticed, before anything of it has been checked. */
function saved({ saved: [file, ...more] }) {
  if (!file) return "";
  const others = more.length ? ` and ${more.length} more` : "";
  return `saved \`${file.split("/").at(-1)}\`${others}, checking …`;
}

function away({ stopped, refusal }) {
  if (stopped) return STOPPED;
  return refusal ? `The live results rejected this page. ${refusal}` : AWAY;
}

/** The way past the navigation and the text, for the keyboard. */
function skipLink({ id }) {
  const link = make("a", { class: "md-skip", href: `#${id}` }, "Skip to the live results");
  document.querySelector("[data-md-component=skip]")?.append(link);
}

/** What stands at the end of a verdict in the terminal. */
function notes(verdict, { state, share: [number, all] }) {
  const through = verdict.broker ? `, through ${verdict.broker}` : "";
  const passed = state === "to_do" ? "" : " passed";
  const sum = `${number} of ${count(all, "check")}${passed}`;
  const differ = "The course's own checks ran; the copy in your lesson differs.";
  return [
    make("p", {}, `${sum} in ${verdict.seconds.toFixed(1)} s${through}.`),
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
export function aloud(lesson) {
  const { verdict, given } = lesson;
  if (lesson.since === SAME) return "Same as before.";
  if (lead(lesson)) return lead(lesson);
  return verdict.cause ? sentence(verdict.cause) : `Passed. ${given.proved}`;
}
