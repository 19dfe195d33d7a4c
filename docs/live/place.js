/** Where a failure is: the learner's lines around it, and a button that opens their editor. */

import { button, make } from "./dom.js";
import { dedented, place } from "./words.js";

export class Place {
  #code = make("pre", { class: "live-code", tabindex: 0 });
  #open;
  #note = make("span", { class: "live-quiet", role: "status" });
  #verdict = null;

  /** `open()` asks for the place of the last verdict to be opened. */
  constructor(open) {
    this.#open = button("Open in your editor", open);
    const buttons = make("p", { class: "live-buttons" }, this.#open, this.#note);
    this.element = make("div", { class: "live-place" }, this.#code, buttons);
  }

  /** Show the place of the verdict, and what became of opening it. */
  show({ verdict, opened }) {
    const where = verdict?.cause?.where;
    this.element.hidden = !where;
    if (verdict !== this.#verdict) this.#draw((this.#verdict = verdict));
    this.#note.textContent = opened ? (opened.why ?? `Opened in ${opened.editor}.`) : "";
  }

  #draw({ cause, code }) {
    this.#code.hidden = !code;
    if (!code) return;
    const at = cause.where.line - code.first;
    this.#code.setAttribute("aria-label", place(cause.where));
    this.#code.replaceChildren(
      ...dedented(code.lines).map((text, index) =>
        make(
          "span",
          { class: "live-codeline", "data-here": index === at && "true" },
          make("span", { class: "live-number" }, `${index === at ? "▸" : ""}${code.first + index}`),
          ` ${text}\n`,
        ),
      ),
    );
  }
}
