/** A tab on the learner's own project: one WebSocket, and all that passes over it. */

import { address, PORTS } from "./page.js";
import { closing, down, refusal } from "./words.js";

/** After so many ms a connection that broke is tried again. */
const DELAYS = [500, 1000, 2000, 5000];
/** How a connection ends when the server, not the code, has gone. */
const SERVER_GONE = [1001, 1006, 1012];
const MOST = 200;

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

  /** `lesson` knows about the servers; `changed()` is called when something happens. */
  constructor(name, lesson, changed) {
    this.name = name;
    this.lesson = lesson;
    this.changed = changed;
  }

  get isOpen() {
    return this.state === "open";
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

  /** Close as a page does that is left on purpose. */
  close() {
    this.#drop();
    this.#note("closed here, code 1000");
    this.#now("closed", "Closed with code 1000: you closed it here.");
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
    const server = this.#server;
    const isUp = server?.state === "up" && !this.lesson.isIdle;
    const isBack = isUp && !this.#wasUp;
    this.#wasUp = isUp;
    if (["waiting", "again"].includes(this.state) && isBack) this.connect();
    else if (this.state === "waiting" && server) this.#now("waiting", this.#whyNot());
  }

  /** Somebody looks at the page again: what was put off is done now. */
  wake() {
    if (this.state === "hidden") this.#try();
  }

  #try() {
    if (document.hidden) return this.#now("hidden", this.status);
    if (this.lesson.isIdle) return this.#now("waiting", this.#whyNot());
    const port = PORTS.servers[this.number];
    const path = `/ws/chat/${encodeURIComponent(this.room)}/`;
    const began = performance.now();
    const socket = (this.#socket = new WebSocket(address(port, path)));
    const mine = (act) => (event) => socket === this.#socket && act(event);
    socket.onopen = mine(() => this.#opened(path));
    socket.onmessage = mine(({ data }) => this.#heard(data));
    socket.onclose = mine(({ code }) => this.#closed(code, performance.now() - began));
    this.#now("connecting", "Connecting …");
  }

  #opened(path) {
    this.#failures = 0;
    this.#note(`connected to server ${this.number}, ${path}`);
    this.#now("open", "Connected.");
  }

  #heard(data) {
    const text = typeof data === "string" ? data : `${data.size} bytes, not text`;
    this.#keep("heard", text);
    this.changed();
  }

  /** It has ended, or it never came about. What is done now depends on why. */
  #closed(code, after) {
    const wasOpen = this.isOpen;
    this.#socket = null;
    const port = PORTS.servers[this.number];
    const why = wasOpen ? closing(code) : refusal(this.#server, after, port);
    this.#note(wasOpen ? `closed with code ${code}` : `not connected, code ${code}`);
    const isRestart = wasOpen ? SERVER_GONE.includes(code) : this.#failures > 0;
    if (isRestart && this.#mayTry()) this.#tryAgain(why);
    else this.#now("waiting", wasOpen ? `${why} ${this.#whatNext()}` : why);
  }

  /** Whether it is worth trying: where a server is known to be away, we will be told. */
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
    this.#keep("note", text);
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
