/** Two tabs on the learner's running project: type in one, look in the other. */

import { button, make } from "./dom.js";
import { PORTS } from "./page.js";
import { followed } from "./story.js";
import { PAGE, Tab } from "./tab.js";
import { TabPanel } from "./tabpanel.js";
import { Transcript } from "./transcript.js";
import { down } from "./words.js";

const SAME = "Both tabs are connected to the same server process.";
const NO_WAY =
  "Send a message: its way through your project is shown here, step by step.";
const WAY = "The last message, as your servers report it.";
const OTHERS = `${WAY} Tab C, and further ones, are other pages of your project.`;
const APART = "Tab B is connected to a second process of your project.";

export class Panels {
  #lesson;
  #tabs;
  #views;
  #isUsed = false;
  #project = make("p", { class: "live-project" });
  #room = make("input", { id: "live-room", value: "lobby", autocomplete: "off" });
  #second = make("input", {
    id: "live-second",
    type: "checkbox",
    role: "switch",
    "aria-describedby": "live-what",
    onchange: () => this.#switch(),
  });
  #message = null;
  #way = null;
  #noWay = make("p", { class: "live-quiet" }, NO_WAY);
  #what = make("p", { class: "live-quiet", id: "live-what", hidden: true }, SAME);

  constructor(lesson) {
    this.#lesson = lesson;
    const changed = (index) => () => this.#views?.[index].update();
    const tab = (name, index) => new Tab(name, lesson, changed(index));
    this.#tabs = ["tab A", "tab B"].map(tab);
    this.#views = this.#tabs.map((tab) => new TabPanel(tab));
    this.element = make(
      "div",
      { class: "live-panels" },
      this.#project,
      this.#rooms(),
      this.#servers(),
      this.#what,
      this.#views.map((view) => view.element),
      this.#noWay,
    );
    const wake = () => this.#tabs.forEach((tab) => tab.wake());
    document.addEventListener("visibilitychange", wake);
  }

  #rooms() {
    const form = { class: "live-room", onsubmit: (event) => this.#enter(event) };
    const label = make("label", { for: "live-room" }, "Room");
    return make("form", form, label, this.#room, button("Enter"));
  }

  #servers() {
    const label = make("label", { for: "live-second" }, "Tab B on a second server");
    return make("p", { class: "live-second" }, this.#second, label);
  }

  /** The panels are looked at: from now on the tabs are connected. */
  open() {
    if (this.#isUsed) return;
    this.#isUsed = true;
    this.#tabs.forEach((tab) => tab.connect());
  }

  /** Show what is known of the servers now. */
  update() {
    this.#tabs.forEach((tab) => tab.look());
    if (this.#lesson.message !== this.#message) this.#showWay(this.#lesson.message);
    const server = this.#lesson.server(1);
    const key = JSON.stringify(server ?? null);
    if (this.#project.dataset.key === key) return;
    this.#project.dataset.key = key;
    this.#project.replaceChildren(...project(server));
  }

  /** Show how far a message has come. */
  #showWay(message) {
    const goesOn = message.number === this.#message?.number;
    this.#message = message;
    if (!this.#way) this.#noWay.replaceWith((this.#way = new Transcript("live-way")).element);
    const lines = followed(message, PAGE);
    const hasOthers = lines.some(({ id }) => /^tab-[^ab]/.test(id));
    const through = message.layer === "memory" ? "Redis" : message.layer;
    this.#way.load(lines, through, hasOthers ? OTHERS : WAY, goesOn);
  }

  #enter(event) {
    event.preventDefault();
    const room = this.#room.value.trim() || "lobby";
    this.#room.value = room;
    this.#tabs.forEach((tab) => {
      tab.room = room;
      tab.connect();
    });
  }

  #switch() {
    const isSecond = this.#second.checked;
    this.#what.textContent = isSecond ? APART : SAME;
    this.#what.hidden = !isSecond;
    this.#tabs[1].number = isSecond ? 2 : 1;
    this.#tabs[1].connect();
  }
}

/** Where the learner's project is, and whether it runs. */
function project(server) {
  if (server?.state === "down") return [down(server)];
  if (server?.state !== "up") return ["Your project is starting …"];
  const host = `${location.hostname}:${PORTS.servers[1]}`;
  return ["Your project runs at ", make("a", { href: `http://${host}/chat/lobby/` }, host), "."];
}
