/** The connection to the live results, which comes back whatever happened to it. */

/** After so many ms it is tried again; the browser logs each failure, so these are few. */
const DELAYS = [500, 1000, 2000, 5000];
const ANSWERING = 5000;
const STABLE = 2000;
const TICK = 2000;
/** A clock that stood still for so many ms was asleep, and its connections may be dead. */
const ASLEEP = 15000;

export class Results {
  isOpen = false;
  /** Whether it is away: it was tried, and nobody answered, or it has ended. */
  isAway = false;
  #socket = null;
  #failures = 0;
  #opened = 0;
  #timer = 0;
  #lastTick = Date.now();

  /** `opened()`, `changed()` and `received(event)` are called as it happens. */
  constructor(url, handlers) {
    this.url = url;
    this.handlers = handlers;
  }

  /** Connect, and stay connected for as long as somebody looks at the page. */
  start() {
    const wake = () => this.#wake();
    document.addEventListener("visibilitychange", wake);
    addEventListener("online", wake);
    addEventListener("focus", wake);
    addEventListener("pageshow", wake);
    addEventListener("pagehide", () => this.#leave());
    setInterval(() => this.#tick(), TICK);
    this.#connect();
  }

  /** Send a frame. False where the connection is not open. */
  send(frame) {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
    return this.isOpen;
  }

  #connect() {
    if (this.#socket || document.hidden) return;
    clearTimeout(this.#timer);
    const socket = (this.#socket = new WebSocket(this.url));
    const mine = (act) => (event) => socket === this.#socket && act(event);
    socket.onopen = mine(() => this.#nowOpen());
    socket.onmessage = mine(({ data }) => this.handlers.received(JSON.parse(data)));
    socket.onclose = mine(({ code }) => this.#nowClosed(code));
    this.#timer = setTimeout(() => socket.close(), ANSWERING);
  }

  #nowOpen() {
    clearTimeout(this.#timer);
    this.isOpen = true;
    this.isAway = false;
    this.#opened = Date.now();
    this.handlers.opened();
    this.handlers.changed();
  }

  #nowClosed(code) {
    clearTimeout(this.#timer);
    const wasStable = this.isOpen && Date.now() - this.#opened > STABLE;
    this.#failures = wasStable ? 0 : this.#failures;
    const delay = DELAYS[Math.min(this.#failures, DELAYS.length - 1)];
    this.#failures += 1;
    this.#socket = null;
    this.isOpen = false;
    this.isAway = true;
    // Sent away for good, until somebody comes back to the page.
    const isRefused = code >= 4400 && code < 4500;
    if (!isRefused) this.#timer = setTimeout(() => this.#connect(), delay);
    this.handlers.changed();
  }

  /** Somebody looks at the page again, or the network is back: do not wait longer. */
  #wake() {
    this.#tick();
    if (document.hidden) return;
    this.#failures = 0;
    this.#connect();
  }

  /** A connection from before a sleep may be dead without notice: open a new one. */
  #tick() {
    const slept = Date.now() - this.#lastTick > ASLEEP;
    this.#lastTick = Date.now();
    if (!slept || document.hidden) return;
    this.#leave();
    this.#connect();
  }

  /** Close quietly: then the browser can keep a page that was left. */
  #leave() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    this.isOpen = false;
    socket?.close();
  }
}
