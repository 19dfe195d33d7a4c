/** The way of a message: drawn, as a list, and step by step beside the learner's code. */

import { diagram, mark } from "./diagram.js";
import { make } from "./dom.js";
import { Player } from "./player.js";
import { inWords, origin, story, whole } from "./story.js";
import { tablist } from "./tablist.js";

export class Transcript {
  #drawing = make("div", {
    class: "live-drawing",
    tabindex: 0,
    role: "group",
    "aria-label": "Drawing",
  });
  #list = make("ol", { class: "live-lines" });
  #player = new Player((number, isMoving) => this.#mark(number, isMoving));
  #from = make("p", { class: "live-quiet" });
  #lines = [];
  #through = "";
  #width = 0;

  /** `id` is what the ids of its parts begin with. */
  constructor(id) {
    const panels = [
      { id: `${id}-drawn`, name: "Drawing", content: this.#drawing },
      { id: `${id}-listed`, name: "List", content: this.#list },
    ];
    const tabs = tablist("The way of a message, as", panels);
    const title = make("h3", {}, "The way of a message");
    const head = make("div", { class: "live-head" }, title, tabs.list);
    this.element = make(
      "div",
      { class: "live-transcript" },
      [head, this.#from, this.#player.element],
      tabs.panels,
    );
    this.element.hidden = true;
    new ResizeObserver(() => this.#measure()).observe(this.#drawing);
  }

  /**
   * Show how this check of a verdict failed, or, where none did, the message that the
   * verdict replays; nothing where there is neither.
   */
  show(check, { replay, broker }) {
    const lines = check ? story(check) : whole(replay?.transcript ?? []);
    const from = check ? "" : `As in the check “${replay?.title}”`;
    this.load(lines, broker ? "Redis" : "memory", from);
  }

  /**
   * Show these lines (see story.js), and below the title where they are `from`. `through`
   * is what the channel layer is. The step stays where it was, if they only go `on`.
   */
  load(lines, through, from, on = false) {
    this.#lines = lines.map((line) => (line.id === "layer" ? { ...line, who: through } : line));
    this.#through = through;
    this.element.hidden = !lines.length;
    this.#from.textContent = from;
    this.#from.hidden = !from;
    this.#list.replaceChildren(...this.#lines.map(item));
    this.#drawing.replaceChildren();
    this.#player.load(this.#lines, on);
    this.#draw();
  }

  /** It is as wide as it was, unless the browser says so: to ask costs a layout. */
  #measure() {
    const width = this.#drawing.clientWidth;
    if (!width || width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  #draw() {
    if (!this.#width) return;
    this.#drawing.replaceChildren(diagram(this.#lines, this.#width, this.#through));
    this.#mark(this.#player.at, false);
  }

  #mark(number, isMoving) {
    const svg = this.#drawing.firstElementChild;
    if (svg) mark(svg, number, isMoving);
    [...this.#list.children].forEach((item, index) => {
      if (index === number) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    if (!isMoving) return;
    const shown = svg?.clientWidth ? svg.querySelectorAll(".live-step")[number] : this.#list.children[number];
    shown?.scrollIntoView({ block: "nearest" });
  }
}

function item(line) {
  const kind = line.missing ? "missing" : line.gap ? "gap" : "line";
  const from = origin(line);
  return make(
    "li",
    { "data-kind": kind },
    make("span", { class: "live-sign" }, line.missing ? "✗" : ""),
    " ",
    make("span", { class: "live-at" }, line.at ?? "…"),
    " ",
    make("span", {}, inWords(line)),
    from && make("span", { class: "live-origin" }, from),
  );
}
