/** The last verdicts on the lesson; each opens with what was changed before it. */

import { make, withCode } from "./dom.js";
import { count, SIGNS } from "./words.js";

const UNKNOWN = "This was the first check after `make learn` was started: no save came before it.";

export class History {
  #strip = make("ol", { class: "live-strip", "aria-label": "Saves and their verdicts" });
  #note = make("p", { class: "live-quiet" });
  #change = make("div", { class: "live-change", role: "status" });
  #verdicts = null;
  #open = null;
  #answer = null;

  /** `ask(number)` asks what was changed before the verdict of that number. */
  constructor(ask) {
    this.ask = ask;
    const title = make("h3", {}, "History");
    this.element = make("div", { class: "live-history" }, title, this.#note, this.#strip, this.#change);
    this.element.hidden = true;
  }

  /** Show what is known now. */
  show({ history, difference }) {
    this.element.hidden = !history.length;
    if (history !== this.#verdicts) this.#showStrip(history);
    if (difference === this.#answer) return;
    this.#answer = difference;
    if (difference?.number === this.#open) this.#showChange(difference.lines);
  }

  #showStrip(history) {
    this.#verdicts = history;
    const hadFocus = this.#strip.contains(document.activeElement);
    this.#strip.replaceChildren(...history.map((verdict) => this.#item(verdict)));
    this.#note.textContent = since(history);
    this.#note.hidden = !this.#note.textContent;
    if (hadFocus) this.#strip.querySelector("[aria-expanded=true]")?.focus();
    requestAnimationFrame(() => this.#strip.scrollTo(this.#strip.scrollWidth, 0));
  }

  #item(verdict) {
    const { number, passed, checks, at } = verdict;
    const state = stateOf(verdict);
    const [sign, word] = SIGNS[state];
    const share = `${passed} of ${count(checks, "check")}`;
    const attributes = {
      type: "button",
      class: "live-save",
      "data-state": state,
      "aria-expanded": String(number === this.#open),
      "aria-label": `Save ${number}, ${clock(at)}: ${word}, ${share} passed`,
      title: `${clock(at)}: ${word}, ${share} passed`,
      onclick: () => this.#toggle(verdict),
    };
    return make("li", {}, make("button", attributes, `${sign} ${passed}/${checks}`));
  }

  #toggle(verdict) {
    const isOpen = this.#open === verdict.number;
    this.#open = isOpen ? null : verdict.number;
    [...this.#strip.querySelectorAll("button")].forEach((button, index) => {
      const { number } = this.#verdicts[index];
      button.setAttribute("aria-expanded", String(number === this.#open));
    });
    this.#change.replaceChildren();
    if (!isOpen) this.ask(verdict.number);
  }

  #showChange(lines) {
    const verdict = this.#verdicts.find(({ number }) => number === this.#open);
    const what = verdict.sentence && `It ${verdict.sentence}`;
    const head = `${clock(verdict.at)}, ${SIGNS[stateOf(verdict)][1]}. ${what}`;
    this.#change.replaceChildren(make("p", {}, head), changes(lines));
  }
}

/** As the verdict itself was shown; of an older one only the outcome is known. */
function stateOf({ state, verdict }) {
  return state ?? verdict;
}

function changes(lines) {
  if (!lines) return make("p", {}, withCode(UNKNOWN));
  if (!lines.length) return make("p", {}, "Nothing was changed in a text file.");
  const kinds = { "+": "ins", "-": "del" };
  const marked = lines.map((line) => {
    const isHead = /^(\+\+\+|---|@@)/.test(line);
    return make((!isHead && kinds[line[0]]) || "span", {}, `${line}\n`);
  });
  return make("pre", { tabindex: 0, "aria-label": "What was changed" }, marked);
}

/** How long ago it passed, where it does not now. */
function since(history) {
  const last = history.findLastIndex(({ verdict }) => verdict === "passed");
  const ago = history.length - 1 - last;
  if (last < 0 || !ago) return "";
  return ago === 1 ? "It passed one save ago." : `It passed ${ago} saves ago.`;
}

function clock(at) {
  return new Date(at).toTimeString().slice(0, 8);
}
