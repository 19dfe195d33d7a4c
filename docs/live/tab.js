/** A tab on the learner's own project: one WebSocket, and all that passes over it. */

import { address, PORTS } from "./page.js";
import { closing, down, refusal, unreached } from "./words.js";

/** After so many ms a connection that broke is tried again. */
const DELAYS = [500, 1000, 2000, 5000];
/** How a connection ends when the server, not the code, has gone. */
const SERVER_GONE = [1001, 1006, 1012];
const MOST = 200;
/** How this page marks its tabs, so that it knows them again in what a server reports. */
export const PAGE = Math.random().toString(36).slice(2, 8);

export class Tab {
  room = "lobby";
  number = 1;
  state = "new";
  status = "Not connected.";
  frames = [];
  #socket = null;
  #failures = 0;
  #timer = 0;
  #wasUp = false;
  #path = "";
  #seen = null;
  /** Why the project has not accepted the last connection, once it has said so. */
  #refusal = "";
  #isRestarting = false;
  #restarts = 0;

  /** `lesson` knows about the servers; `changed()` is called when something happens. */
  constructor(name, lesson, changed) {
    this.name = name;
    this.lesson = lesson;
    this.changed = changed;
  }

  get isOpen() {
    return this.state === "open";
  }

  get isConnecting() {
    return ["connecting", "again"].includes(this.state);
  }

  get #server() {
    return this.lesson.server(this.number);
  }

  /** Connect, or connect again. */
  connect() {
    this.#drop();
    this.#failures = 0;
    this.#try();
  }

  /** Close as a page does that is left on purpose, or try no longer. */
  close() {
    const { isOpen } = this;
    this.#drop();
    this.#isRestarting = false;
    if (isOpen) this.#note("closed here, code 1000");
    this.#now("closed", isOpen ? "Closed with code 1000: you closed it here." : "Not connected.");
  }

  /** Send a text frame. False where the connection is not open. */
  send(text) {
    if (!this.isOpen) return false;
    this.#socket.send(text);
    this.#keep("sent", text);
    this.changed();
    return true;
  }

  /** What is known of the servers has changed. */
  look() {
    this.#takeRefusal(this.lesson.handshake);
    const server = this.#server;
    const isUp = server?.state === "up" && !this.lesson.isIdle;
    const isBack = isUp && !this.#wasUp;
    this.#wasUp = isUp;
    if (["waiting", "again"].includes(this.state) && isBack) this.connect();
    else if (this.state === "waiting" && server) this.#now("waiting", this.#whyNot());
  }

  /** The project says why it did not accept, before or after the browser notices. */
  #takeRefusal(event) {
    if (event === this.#seen) return;
    this.#seen = event;
    if (event.server !== this.number || event.path !== this.#path || this.isOpen) return;
    this.#refusal = refusal(event, this.lesson);
    if (this.state === "waiting") this.#now("waiting", this.#refusal);
    if (this.state === "connecting" && event.outcome === "not_accepted") this.#giveUp();
  }

  /**
   * A browser opens connections to one address one after the other: this one has waited
   * for another tab's, and would be answered as that one was.
   */
  #giveUp() {
    this.#drop();
    this.#closed(1006);
  }

  /** Somebody looks at the page again: what was put off is done now. */
  wake() {
    if (this.state === "hidden") this.#try();
  }

  #try() {
    if (document.hidden) return this.#now("hidden", this.status);
    const isStarting = this.#server?.state === "starting";
    if (this.lesson.isIdle || isStarting) {
      this.#wasUp = false; // What was known may be of the server before.
      return this.#now("waiting", this.#whyNot());
    }
    const port = PORTS.servers[this.number];
    const path = `/ws/chat/${encodeURIComponent(this.room)}/`;
    this.#path = path;
    this.#seen = this.lesson.handshake;
    this.#refusal = "";
    const mark = `${this.name.at(-1).toLowerCase()}.${PAGE}`;
    const url = `${address(port, path)}?live-tab=${mark}`; // The project does not see it.
    const socket = (this.#socket = new WebSocket(url));
    const mine = (act) => (event) => socket === this.#socket && act(event);
    socket.onopen = mine(() => this.#opened(path));
    socket.onmessage = mine(({ data }) => this.#received(data));
    socket.onclose = mine(({ code }) => this.#closed(code));
    this.#now("connecting", "Connecting …");
  }

  #opened(path) {
    this.#failures = 0;
    if (this.#isRestarting) this.#noteRestart();
    else this.#note(`connected to server ${this.number}, ${path}`);
    this.#isRestarting = false;
    this.#now("open", "Connected.");
  }

  #received(data) {
    const text = typeof data === "string" ? data : `${data.size} bytes, not text`;
    this.#keep("received", text);
    this.changed();
  }

  /** It has ended, or it never came about. What is done now depends on why. */
  #closed(code) {
    const wasOpen = this.isOpen;
    this.#socket = null;
    const port = PORTS.servers[this.number];
    const why = wasOpen ? closing(code) : this.#refusal || unreached(this.#server, port);
    const isRestart = wasOpen ? SERVER_GONE.includes(code) : this.#failures > 0;
    if (wasOpen) this.#isRestarting = isRestart;
    if (!this.#isRestarting) {
      this.#note(wasOpen ? `closed with code ${code}` : `not connected, code ${code}`);
    }
    if (isRestart && this.#mayTry()) this.#tryAgain(why);
    else this.#now("waiting", wasOpen ? `${why} ${this.#whatNext()}` : why);
  }

  /** Whether it is worth trying: of a server that is known to be away, an event will say that it is back. */
  #mayTry() {
    const isThere = !this.#server || this.#server.state === "up";
    return isThere && !this.lesson.isIdle && this.#failures < DELAYS.length;
  }

  #tryAgain(why) {
    this.#timer = setTimeout(() => this.#try(), DELAYS[this.#failures]);
    this.#failures += 1;
    this.#now("again", `${why} Connecting again …`);
  }

  #whatNext() {
    const server = this.#server;
    if (server?.state === "down") return down(server);
    if (this.lesson.isIdle) return this.#whyNot();
    return "It connects again when your project has restarted.";
  }

  #whyNot() {
    if (this.#refusal && this.#server?.state === "up") return this.#refusal;
    const server = this.#server;
    if (this.lesson.isIdle) return "The project of another lesson runs now.";
    if (server?.state === "down") return down(server);
    if (server?.state === "starting") return "Your project is starting; then it connects.";
    return this.status;
  }

  #now(state, status) {
    this.state = state;
    this.status = status;
    this.changed();
  }

  #note(text) {
    this.#restarts = 0;
    this.#keep("note", text);
  }

  /** One line for all restarts in a row: each save is one. */
  #noteRestart() {
    const isLast = this.#restarts && this.frames.at(-1).kind === "note";
    if (isLast) this.frames.pop();
    this.#restarts = isLast ? this.#restarts + 1 : 1;
    const times = this.#restarts > 1 ? ` ${this.#restarts} times` : "";
    this.#keep("note", `your project restarted${times}; connected to server ${this.number} again`);
  }

  #keep(kind, text) {
    this.frames.push({ kind, text, at: new Date() });
    if (this.frames.length > MOST) this.frames.shift();
  }

  /** Let go of the connection, if there is one, without another word of it. */
  #drop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }
}
