/** Hints and the solution, opened by choice: of the task that fails first, or of all. */

import { button, make, isCalm, withCode } from "./dom.js";
import { hide } from "./focus.js";
import { solution } from "./page.js";

const ALL = "These were all the hints for this task.";
const PASSED = "Hints, and why it is solved this way";

export class Hints {
  #rungs = make("ol", { class: "live-rungs", "aria-live": "polite" });
  #note = make("p", { class: "live-quiet" });
  #ask;
  #open;
  #task = null;

  /** `ask()` asks for the next hint, `leave()` makes way for the solution. */
  constructor({ ask, leave }) {
    this.#ask = button("Hint", ask);
    this.#open = button("One way to write it", () => this.#openSolution(leave));
    const buttons = make("div", { class: "live-buttons" }, this.#ask, this.#open);
    this.element = make("div", { class: "live-hints" }, this.#rungs, this.#note, buttons);
  }

  /** Show the hints so far, and what can be asked for. */
  show(lesson) {
    const task = (this.#task = lesson.open);
    const isPassed = lesson.verdict?.verdict === "passed";
    const rungs = lesson.hints.get(task) ?? [];
    const isLast = Boolean(rungs.at(-1)?.last);
    this.element.hidden = task === null && !isPassed;
    const next = rungs.length ? "Next hint" : `Hint for task ${task}`;
    this.#ask.textContent = isPassed ? PASSED : next;
    this.#open.hidden = task === null || !solution(task);
    this.#rungs.tabIndex = -1;
    hide(this.#ask, isPassed ? lesson.answers !== null : isLast, this.#rungs);
    this.#note.textContent = lesson.noHint || (isLast ? ALL : "");
    this.#note.hidden = !this.#note.textContent;
    this.#showRungs(isPassed ? (lesson.answers ?? []).flatMap(whole) : rungs.map(rung));
  }

  /** Only what is new is added, so that only that is read out. */
  #showRungs(rungs) {
    const there = [...this.#rungs.children];
    if (there.some((item, index) => item.textContent !== rungs[index]?.textContent)) {
      this.#rungs.replaceChildren();
    }
    this.#rungs.append(...rungs.slice(this.#rungs.children.length));
  }

  #openSolution(leave) {
    const box = solution(this.#task);
    leave();
    box.open = true;
    box.scrollIntoView({ behavior: isCalm() ? "auto" : "smooth", block: "center" });
    box.querySelector("summary").focus({ preventScroll: true });
  }
}

function rung({ number, of, text, left_out }) {
  const title = make("b", {}, `Hint ${number} of ${of}`);
  const note = leftOut(left_out);
  return make("li", {}, title, " ", withCode(text), note && make("p", {}, note));
}

function leftOut(numbers) {
  if (!numbers?.length) return null;
  const what = numbers.length === 1 ? "Hint # is" : "Hints # are";
  const why = "left out: the line under Do, above, says as much.";
  return `${what.replace("#", numbers.join(" and "))} ${why}`;
}

/** All hints of a task, and why it is solved as it is. */
function whole({ task, title, hints, why }) {
  const head = make("b", {}, `Task ${task}, ${title}`);
  const lines = hints.map((text) => make("li", {}, withCode(text)));
  const reason = why && make("p", {}, make("b", {}, "Why: "), withCode(why));
  return [make("li", {}, head, make("ol", {}, lines), reason)];
}
