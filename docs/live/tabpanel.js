/** What one sees of a tab: its state, every frame both ways, and a box to type into. */

import { button, make } from "./dom.js";
import { shown } from "./words.js";

/** Milliseconds without a change after which the state of a tab is announced. */
const SETTLED = 1000;
const SIGNS = { sent: ["↑", "sent"], received: ["↓", "received"], note: ["·", ""] };

export class TabPanel {
  #tab;
  #status = make("p", { class: "live-status" });
  #log = make("div", { class: "live-log", role: "log", "aria-live": "off", tabindex: 0 });
  #said = make("p", { class: "live-hidden", role: "status" });
  #timer = 0;
  #box = make("input", { autocomplete: "off", placeholder: "hello" });
  #send = button("Send");
  #raw = button("Send raw", () => this.#submit((text) => text), {
    title: "As it is, without JSON around it",
  });
  #toggle = button("Connect", () => this.#connectOrClose());
  #shown = new Map();
  /** Whether the last line stays in sight: until somebody scrolls back to read. */
  #follows = true;
  #height = 0;

  constructor(tab) {
    this.#tab = tab;
    const { name } = tab;
    const id = `live-${name.toLowerCase().replace(" ", "-")}`;
    this.#box.id = `${id}-box`;
    this.#log.setAttribute("aria-label", `Frames of ${name}`);
    this.#log.addEventListener("scroll", () => this.#noteWhetherAtEnd());
    new ResizeObserver(() => this.#keepUp()).observe(this.#log);
    this.#send.setAttribute("aria-label", `Send from ${name}`);
    this.#raw.setAttribute("aria-label", `Send raw from ${name}`);
    const title = make("h3", { id: `${id}-name` }, name);
    const label = { for: this.#box.id, class: "live-hidden" };
    this.element = make(
      "section",
      { class: "live-tab", id, "aria-labelledby": title.id, "data-actor": name.at(-1) },
      make("div", { class: "live-head" }, title, this.#toggle),
      this.#status,
      this.#said,
      this.#log,
      make(
        "form",
        { onsubmit: (event) => this.#submitMessage(event) },
        make("label", label, `Message of ${name}`),
        [this.#box, this.#send, this.#raw],
      ),
    );
    this.update();
  }

  /** Show how the tab is now. */
  update(notice = "") {
    const { name, status, state, isOpen, isConnecting, frames } = this.#tab;
    const words = [notice, status].filter(Boolean).join(" ");
    if (this.#status.textContent !== words) {
      this.#status.textContent = words;
      this.#say(`${name}: ${words}`);
    }
    this.element.dataset.state = state;
    this.#toggle.textContent = isOpen ? "Close" : isConnecting ? "Stop" : "Connect";
    this.#toggle.setAttribute("aria-label", `${this.#toggle.textContent} ${name}`);
    this.#send.setAttribute("aria-disabled", String(!isOpen));
    this.#raw.setAttribute("aria-disabled", String(!isOpen));
    this.#showFrames(frames);
  }

  #showFrames(frames) {
    this.#noteWhetherAtEnd();
    for (const [frame, element] of this.#shown) {
      if (frames.includes(frame)) continue;
      element.remove();
      this.#shown.delete(frame);
    }
    const fresh = frames.filter((frame) => !this.#shown.has(frame));
    for (const frame of fresh) this.#shown.set(frame, line(frame));
    this.#log.append(...fresh.map((frame) => this.#shown.get(frame)));
    if (fresh.length) this.#keepUp();
    const last = fresh.findLast(({ kind }) => kind === "received");
    if (last) this.#say(`${this.#tab.name} receives ${shown(last.text)}`);
  }

  /** A log that has become shorter, or is not shown, was not scrolled by anybody. */
  #noteWhetherAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    if (!clientHeight || clientHeight !== this.#height) return;
    this.#follows = scrollHeight - scrollTop - clientHeight < 8;
  }

  #keepUp() {
    this.#height = this.#log.clientHeight;
    if (this.#follows) this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Say how it is once nothing has changed for a moment: a restart is many changes. */
  #say(words) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#said.replaceChildren(words), SETTLED);
  }

  #submitMessage(event) {
    event.preventDefault();
    this.#submit((text) => JSON.stringify({ message: text }));
  }

  /** Send what is in the box; what cannot be sent stays there, and a message says so. */
  #submit(framed) {
    const isEmpty = !this.#box.value;
    const isSent = !isEmpty && this.#tab.send(framed(this.#box.value));
    if (isSent) this.#box.value = "";
    else this.update(isEmpty ? "Not sent: nothing is typed." : "Not sent.");
    this.#box.focus();
  }

  #connectOrClose() {
    if (this.#tab.isOpen || this.#tab.isConnecting) this.#tab.close();
    else this.#tab.connect();
  }
}

function line({ kind, text, at }) {
  const [sign, word] = SIGNS[kind];
  return make(
    "p",
    { "data-kind": kind },
    make("time", {}, clock(at)),
    " ",
    make("span", { class: "live-way" }, `${sign} ${word}`.trim()),
    " ",
    make("span", { class: "live-frame" }, shown(text)),
  );
}

function clock(at) {
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
