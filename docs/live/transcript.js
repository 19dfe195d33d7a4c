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

  constructor() {
    const panels = [
      { id: "live-drawn", name: "Drawing", content: this.#drawing },
      { id: "live-listed", name: "List", content: this.#list },
    ];
    const tabs = tablist("The way of a message, as", panels, () => this.#draw());
    const title = make("h3", {}, "The way of a message");
    const head = make("div", { class: "live-head" }, title, tabs.list);
    this.element = make(
      "div",
      { class: "live-transcript" },
      [head, this.#from, this.#player.element],
      tabs.panels,
    );
    this.element.hidden = true;
    new ResizeObserver(() => this.#draw()).observe(this.#drawing);
  }

  /**
   * Show how this check of a verdict failed, or, where none did, the message that the
   * verdict replays; nothing where there is neither.
   */
  show(check, { replay, broker }) {
    this.#lines = check ? story(check) : whole(replay?.transcript ?? []);
    this.#through = broker ? "Redis" : "in memory";
    this.element.hidden = !this.#lines.length;
    this.#from.textContent = check ? "" : `As in the check “${replay?.title}”`;
    this.#from.hidden = Boolean(check);
    this.#list.replaceChildren(...this.#lines.map(item));
    this.#width = 0;
    this.#drawing.replaceChildren();
    this.#player.load(this.#lines);
    this.#draw();
  }

  #draw() {
    const width = this.#drawing.clientWidth;
    if (!width || width === this.#width) return;
    this.#width = width;
    this.#drawing.replaceChildren(diagram(this.#lines, width, this.#through));
    this.#mark(this.#player.at, false);
  }

  #mark(number, isMoving) {
    const svg = this.#drawing.firstElementChild;
    if (svg) mark(svg, number, isMoving);
    [...this.#list.children].forEach((item, index) => {
      if (index === number) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    const shown = svg?.clientWidth ? svg.querySelectorAll(".live-step")[number] : this.#list.children[number];
    if (isMoving) shown?.scrollIntoView({ block: "nearest" });
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
