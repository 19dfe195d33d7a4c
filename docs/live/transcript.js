/** The messages until a check failed: drawn, and as a list. */

import { diagram } from "./diagram.js";
import { make } from "./dom.js";
import { inWords, story } from "./story.js";
import { tablist } from "./tablist.js";

export class Transcript {
  #drawing = make("div", {
    class: "live-drawing",
    tabindex: 0,
    role: "group",
    "aria-label": "Drawing",
  });
  #list = make("ol", { class: "live-lines" });
  #lines = [];
  #width = 0;

  constructor() {
    const panels = [
      { id: "live-drawn", name: "Drawing", content: this.#drawing },
      { id: "live-listed", name: "List", content: this.#list },
    ];
    const tabs = tablist("Messages, as", panels);
    const title = make("h3", {}, "Messages, in ms");
    const head = make("div", { class: "live-head" }, title, tabs.list);
    this.element = make("div", { class: "live-transcript" }, head, tabs.panels);
    this.element.hidden = true;
    new ResizeObserver(() => this.#draw()).observe(this.#drawing);
  }

  /** Show how this check failed, or nothing where nothing passed or none failed. */
  show(check) {
    this.#lines = check ? story(check) : [];
    this.element.hidden = !this.#lines.length;
    this.#list.replaceChildren(...this.#lines.map(item));
    this.#width = 0;
    this.#draw();
  }

  #draw() {
    const width = this.#drawing.clientWidth;
    if (!width || width === this.#width) return;
    this.#width = width;
    this.#drawing.replaceChildren(diagram(this.#lines, width));
  }
}

function item(line) {
  const kind = line.missing ? "missing" : line.gap ? "gap" : "line";
  return make(
    "li",
    { "data-kind": kind },
    make("span", { class: "live-sign" }, line.missing ? "✗" : ""),
    " ",
    make("span", { class: "live-at" }, line.at ?? "…"),
    " ",
    make("span", {}, inWords(line)),
  );
}
