/** What the bar says beside an editor, where the column is folded away. */

import { button, make, withCode } from "./dom.js";
import { lessonUrl } from "./page.js";
import { lead, place, sentence } from "./words.js";

export class Brief {
  element = make("div", { class: "live-brief" });
  #ask;
  #key = "";

  /** `ask()` asks for the next hint. */
  constructor(ask) {
    this.#ask = button("Hint", ask);
  }

  /** The sentence, the place, and the last hint that was given. */
  show(lesson) {
    const { verdict, given } = lesson;
    const cause = verdict?.cause;
    const hint = lesson.hints.get(lesson.open)?.at(-1);
    const key = JSON.stringify([lesson.lead, cause, hint, verdict?.verdict, lesson.noHint]);
    if (key === this.#key) return;
    this.#key = key;
    this.element.dataset.state = lesson.state;
    const said = cause ? lead(lesson) || sentence(cause) : verdict && `Passed. ${given.proved}`;
    const next = verdict && !cause && given.next;
    const parts = [
      said && make("p", { class: "live-said" }, said),
      cause?.where && make("p", {}, make("code", {}, place(cause.where)), ` ${cause.cure}`),
      hint && make("p", {}, make("b", {}, `Hint ${hint.number}: `), withCode(hint.text)),
      lesson.noHint && make("p", {}, lesson.noHint),
      lesson.open && !hint?.last && this.#ask,
      next && make("a", { href: lessonUrl(next.slug) }, `Next: lesson ${next.step}`),
    ];
    const had = document.activeElement === this.#ask;
    this.element.replaceChildren(...parts.filter(Boolean));
    if (had && this.#ask.isConnected) this.#ask.focus({ preventScroll: true });
  }
}
