/** What the learner wrote: beside the solution once the lesson passes, and put back. */

import { button, make, withCode } from "./dom.js";

const WARNING = "The starter comes back. What you wrote is kept in the folder kept/.";

export class Own {
  #compare;
  #tasks = make("div", { "aria-live": "polite" });
  #done = make("p", { class: "live-quiet", role: "status" });
  #comparison = null;

  /** `send(frame)` sends a frame to the live results. */
  constructor(send) {
    this.#compare = button("Compare with the solution", () => send({ type: "compare" }));
    const reset = button("Reset this lesson", () => send({ type: "reset" }));
    const summary = make("summary", {}, "Start over");
    const warning = make("p", {}, WARNING);
    const over = make("details", {}, summary, warning, reset, this.#done);
    this.element = make("div", { class: "live-own" }, this.#compare, this.#tasks, over);
  }

  /** Show what is known of the comparison, and what a reset has done. */
  show({ verdict, comparison, reset }) {
    this.#compare.hidden = verdict?.verdict !== "passed" || comparison !== null;
    if (comparison !== this.#comparison) this.#draw((this.#comparison = comparison));
    const words = reset && (kept(reset.done) || "Nothing differs from the starter.");
    this.#done.textContent = words ?? "";
  }

  #draw(comparison) {
    this.#tasks.replaceChildren(...(comparison ? beside(comparison) : []));
  }
}

function kept(done) {
  return done.filter((line) => line.startsWith("kept ")).join("\n") || done.join("\n");
}

function beside({ why_not, tasks, apply }) {
  if (why_not) return [make("p", {}, why_not)];
  const take = make("p", {}, "To take the solution over, and keep yours: ", make("code", {}, apply));
  return [make("h3", {}, "Yours beside ours"), ...tasks.map(one), take];
}

function one({ task, title, why, parts }) {
  const same = parts.length === 0 && make("p", {}, "You wrote what the solution has.");
  return make(
    "section",
    {},
    make("h4", {}, `Task ${task}: ${title}`),
    same,
    parts.flatMap(part),
    why && make("p", {}, make("b", {}, "Why: "), withCode(why)),
  );
}

function part({ file, diff }) {
  const lines = diff.map((line) => {
    const [sign, who] = { "-": ["−", "yours: "], "+": ["+", "ours: "] }[line[0]] ?? [" ", ""];
    const hidden = who && make("span", { class: "live-hidden" }, who);
    return make("span", { class: "live-codeline", "data-sign": sign }, hidden, `${sign} ${line.slice(1)}\n`);
  });
  const pre = make("pre", { class: "live-code", tabindex: 0, "aria-label": file }, lines);
  return [make("p", { class: "live-quiet" }, `${file}: − yours, + ours`), pre];
}
