/** Questions in the text: what will happen? The next run answers from what it saw. */

import { button, make, withCode } from "./dom.js";

const STORE = "course-predictions";

/** Put a form in the place of each question, and return what takes in a verdict. */
export function predictions({ slug, predictions }) {
  const said = read();
  const forms = predictions.flatMap((asked) => {
    const place = document.querySelector(`[data-predict="${asked.id}"]`);
    return place ? [new Form(place, asked, `${slug}/${asked.id}`, said)] : [];
  });
  return (verdict) => forms.forEach((form) => form.take(verdict));
}

class Form {
  #answer = null;
  #words = make("p", { role: "status", tabindex: -1 });

  constructor(place, asked, key, said) {
    Object.assign(this, { place, asked, key, said });
    this.#show();
  }

  /** Take in what a run saw: it answers what was predicted before, once. */
  take({ answers }) {
    this.#answer = answers?.find(({ prediction }) => prediction === this.asked.id) ?? null;
    this.#settle();
  }

  get #mine() {
    return this.said[this.key];
  }

  #show() {
    const { id, question, options } = this.asked;
    const radios = options.map(([name, words]) => {
      const checked = this.#mine?.said === name;
      const input = make("input", { type: "radio", name: id, value: name, checked });
      return make("label", {}, input, " ", withCode(words));
    });
    this.fields = make("fieldset", {}, make("legend", {}, withCode(question)), radios);
    const skip = button("Skip", () => (this.place.hidden = true));
    const onsubmit = (event) => this.#predict(event);
    const buttons = make("div", { class: "live-buttons" }, button("Predict"), skip);
    this.form = make("form", { onsubmit }, this.fields, buttons);
    this.place.replaceChildren(this.form, this.#words);
    if (this.#mine) this.#showAnswer();
  }

  #predict(event) {
    event.preventDefault();
    const said = new FormData(this.form).get(this.asked.id);
    if (!said) return (this.#words.textContent = "Choose one first.");
    this.#keep({ said });
    this.#showAnswer();
    this.#words.focus(); // The button that was pressed is gone.
    this.#settle();
  }

  #settle() {
    if (!this.#mine || this.#mine.saw || !this.#answer) return;
    this.#keep({ ...this.#mine, ...this.#answer });
    this.#showAnswer();
  }

  #showAnswer() {
    const { said, outcome, saw, because } = this.#mine;
    const isRight = said === outcome;
    const why = because ? `, because ${because}` : "";
    const answer = `${isRight ? "Right" : "Not quite"}: ${saw}${why}.`;
    const end = saw ? answer : "The next run that comes that far answers.";
    const [, mine] = this.asked.options.find(([name]) => name === said) ?? [said, said];
    this.#words.replaceChildren(...withCode(`You said: ${mine}. ${end}`));
    this.fields.disabled = true;
    this.form.querySelector(".live-buttons").hidden = true;
    this.place.dataset.state = saw ? (isRight ? "right" : "other") : "waiting";
  }

  #keep(mine) {
    this.said[this.key] = mine;
    try {
      localStorage.setItem(STORE, JSON.stringify(this.said));
    } catch {
      // It is kept for as long as the page is open.
    }
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}
