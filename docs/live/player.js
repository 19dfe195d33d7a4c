/** Steps through the lines of a transcript: by button, slider or arrow key, or by itself. */

import { button, make } from "./dom.js";
import { inWords, origin } from "./story.js";
import { dedented } from "./words.js";

/** So many ms a step is shown while it plays. */
const PACE = 1100;
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

export class Player {
  #back = button("‹", () => this.#step(-1), { "aria-label": "Step back" });
  #play = button("▶ Play", () => this.#toggle());
  #next = button("›", () => this.#step(1), { "aria-label": "Step forward" });
  #slider = make("input", {
    type: "range",
    min: 1,
    "aria-label": "Step",
    oninput: () => this.#go(Number(this.#slider.value) - 1),
  });
  #now = make("p", { class: "live-now", role: "status" });
  #code = make("div", { class: "live-source" });
  #lines = [];
  #at = 0;
  #timer = 0;

  /** `changed(number, isMoving)` is called with each step that is gone to. */
  constructor(changed) {
    this.changed = changed;
    const buttons = [this.#back, this.#play, this.#next];
    this.element = make(
      "div",
      { class: "live-player", role: "group", "aria-label": "Step through it" },
      make("div", { class: "live-controls" }, buttons, this.#slider),
      this.#now,
      this.#code,
    );
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Take these lines, and stand at the last of them, or at the same step if they go `on`. */
  load(lines, on) {
    const isAtEnd = this.#at >= this.#lines.length - 1;
    if (!on) this.#pause();
    this.#now.setAttribute("aria-live", "off"); // What has come is announced elsewhere.
    this.#lines = lines;
    this.#slider.max = lines.length;
    this.#show(on && !isAtEnd ? this.#at : lines.length - 1);
  }

  get at() {
    return this.#at;
  }

  #toggle() {
    if (this.#timer) return this.#pause();
    const isOver = this.#at >= this.#lines.length - 1;
    this.#show(isOver ? 0 : this.#at + 1, true);
    this.#timer = setInterval(() => this.#advance(), PACE);
    this.#play.textContent = "❚❚ Pause";
    this.#now.setAttribute("aria-live", "off"); // A reader would lag behind.
  }

  #advance() {
    if (this.#at < this.#lines.length - 1) this.#show(this.#at + 1, true);
    if (this.#at >= this.#lines.length - 1) this.#pause();
  }

  #pause() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#play.textContent = "▶ Play";
    this.#now.setAttribute("aria-live", "polite");
  }

  #step(way) {
    this.#go(Math.min(Math.max(this.#at + way, 0), this.#lines.length - 1));
  }

  #go(number) {
    this.#pause();
    this.#show(number, true);
  }

  #key(event) {
    const way = KEYS[event.key];
    if (!way || event.target === this.#slider) return; // It has its own arrow keys.
    event.preventDefault();
    this.#step(way);
  }

  #show(number, isMoving = false) {
    const line = this.#lines[number];
    this.#at = number;
    if (!line) return;
    const words = inWords(line);
    this.#slider.value = number + 1;
    this.#slider.setAttribute("aria-valuetext", [words, origin(line)].filter(Boolean).join(", "));
    this.#back.setAttribute("aria-disabled", String(number === 0));
    this.#next.setAttribute("aria-disabled", String(number === this.#lines.length - 1));
    const steps = this.#lines.filter(({ gap }) => !gap);
    const count = line.gap ? "…" : `${steps.indexOf(line) + 1} of ${steps.length}`;
    const time = line.at ? ` at ${line.at} ms` : "";
    this.#now.replaceChildren(make("strong", {}, count), `${time}: ${words}`);
    this.#code.replaceChildren(...excerpt(line));
    // Once it moves: as high with code as without, so that nothing jumps.
    this.#code.toggleAttribute("data-room", isMoving && steps.some(({ code }) => code?.length));
    this.changed(number, isMoving);
  }
}

/** The learner's line, between its neighbours. */
function excerpt({ where, code }) {
  if (!code?.length) return [];
  const lines = dedented(code).map((text, index) => {
    const number = String(where.line + index - 1).padStart(3);
    const tag = index === 1 ? "mark" : "span";
    return make(tag, {}, `${number}  ${text}\n`);
  });
  const head = make("p", {}, make("code", {}, `${where.file}:${where.line}`));
  const label = `Code around line ${where.line} of ${where.file}`;
  return [head, make("pre", { tabindex: 0, "aria-label": label }, lines)];
}
