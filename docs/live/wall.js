/** The wall of a classroom, for a learner who has joined it: ask for help, or leave. */

import { button, make } from "./dom.js";
import { hide } from "./focus.js";

const ASKED = "Your teacher sees that you ask for help.";

export class Wall {
  #words = make("p", { tabindex: -1 });
  #note = make("p", { class: "live-quiet", role: "status" });
  #help;
  #shown = make("p");
  #more;
  #asks = false;

  /** `send(frame)` sends a frame to the live results. */
  constructor(send) {
    const ask = (what) => send({ type: "wall", ask: what });
    this.#help = button("Ask for help", () => ask(this.#asks ? "no_help" : "help"));
    const leave = button("Leave the wall", () => ask("leave"));
    const summary = make("summary", {}, "What the wall shows");
    this.#more = make("details", {}, summary, this.#shown, leave);
    const parts = [this.#words, this.#help, this.#note, this.#more];
    this.element = make("section", { class: "live-wall", "aria-label": "The wall" }, parts);
    this.element.hidden = true;
  }

  /** Show what has become of the wall; nothing where nobody has joined one. */
  show({ wall }) {
    this.element.hidden = !wall;
    if (!wall) return;
    const isOver = wall.state === "left" || wall.state === "refused";
    this.#asks = wall.help && !isOver;
    this.#words.textContent = words(wall);
    this.#help.textContent = this.#asks ? "I need no help any more" : "Ask for help";
    const note = this.#asks ? ASKED : "";
    if (this.#note.textContent !== note) this.#note.textContent = note;
    this.#shown.textContent = `It shows ${wall.shown}. It never gets your code.`;
    hide(this.#help, isOver, this.#words);
    hide(this.#more, isOver, this.#words);
  }
}

function words({ state, name, why }) {
  return {
    connecting: "Joining the wall …",
    joined: `You are on the wall as ${name}.`,
    away: `The wall ${why}; trying again.`,
    refused: `The wall ${why}.`,
    left: "You have left the wall.",
  }[state];
}
