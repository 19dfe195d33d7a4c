/** Hints and the solution of the task that fails first, each opened by choice. */

import { make, isCalm, withCode } from "./dom.js";
import { solution } from "./page.js";

export class Hints {
  #rungs = make("ol", { class: "live-rungs", "aria-live": "polite" });
  #all = make("p", { class: "live-quiet", hidden: true }, "These were all the hints for this task.");
  #ask;
  #open;
  #task = null;

  /** `ask()` asks for the next hint, `leave()` makes way for the solution. */
  constructor({ ask, leave }) {
    this.#ask = make("button", { type: "button", class: "live-button", onclick: ask }, "Hint");
    const open = () => this.#openSolution(leave);
    this.#open = make("button", { type: "button", class: "live-button", onclick: open }, "One way to write it");
    const buttons = make("div", { class: "live-buttons" }, this.#ask, this.#open);
    this.element = make("div", { class: "live-hints" }, this.#rungs, this.#all, buttons);
  }

  /** Show the hints so far for this task; null where there is nothing to be hinted at. */
  show(task, rungs) {
    this.#task = task;
    this.element.hidden = task === null;
    const isLast = Boolean(rungs.at(-1)?.last);
    this.#ask.textContent = rungs.length ? "Next hint" : `Hint for task ${task}`;
    this.#ask.hidden = isLast;
    this.#all.hidden = !isLast;
    this.#open.hidden = task === null || !solution(task);
    this.#showRungs(rungs);
  }

  /** Only what is new is added, so that only that is read out. */
  #showRungs(rungs) {
    const there = [...this.#rungs.children].map((item) => item.dataset.rung);
    const name = ({ task, number }) => `${task}.${number}`;
    if (there.some((rung, index) => !rungs[index] || rung !== name(rungs[index]))) {
      this.#rungs.replaceChildren();
    }
    for (const rung of rungs.slice(this.#rungs.children.length)) {
      const title = make("b", {}, `Hint ${rung.number} of ${rung.of}`);
      const item = { "data-rung": name(rung) };
      this.#rungs.append(make("li", item, title, " ", withCode(rung.text)));
    }
  }

  #openSolution(leave) {
    const box = solution(this.#task);
    leave();
    box.open = true;
    box.scrollIntoView({ behavior: isCalm() ? "auto" : "smooth", block: "center" });
    box.querySelector("summary").focus({ preventScroll: true });
  }
}
