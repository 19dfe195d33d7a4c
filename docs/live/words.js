/** The words of the terminal (checks/show/text.py), and those that only a page needs. */

export const VOICES = {
  project: "Your project",
  machine: "Your machine",
  checker: "The checker broke",
};

/** What may become of a check: a sign and a word, so that no colour is needed. */
export const SIGNS = {
  passed: ["✓", "passed"],
  failed: ["✗", "failed"],
  not_reached: ["·", "not reached"],
  skipped: ["-", "skipped"],
  broken: ["!", "broken"],
  machine: ["!", "your machine"],
  waiting: ["○", "waiting"],
  running: ["▸", "running"],
  checked: ["·", "checked"],
};

/** So many remarks are made on a project that passes; more are not read. */
export const MOST_ADVICE = 3;

const LONGEST = 300;

/** The red sentence. */
export function sentence(cause) {
  return `${VOICES[cause.voice]}: expected ${cause.expected}, but ${cause.got}.`;
}

export function place(where) {
  return where.line === null ? where.file : `${where.file}, line ${where.line}`;
}

/** A number of things: `1 check`, `2 checks`. */
export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/** A frame for a line of a log: whole up to so many characters. */
export function shown(text) {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}… (${text.length} characters)`;
}

const CODES = {
  1000: "one side closed it on purpose",
  1001: "the other side went away",
  1002: "one side broke the rules of WebSockets",
  1003: "the server takes no frames of this kind",
  1005: "it was closed without a number",
  1006: "it broke: this number is made up by the side that is left alone",
  1007: "a frame that should be text was none",
  1008: "the server does not allow what was sent",
  1009: "a frame was too long",
  1011: "the server met an exception, and the terminal shows it",
  1012: "the server starts anew",
};

/** How a connection that was open has ended, in a sentence. */
export function closing(code) {
  const own = code >= 4000 && "your project closed it with a number of its own";
  const known = own || CODES[code] || "this number is none of the usual ones";
  return `Closed with code ${code}: ${known}.`;
}

/** After so many ms without an answer, Daphne refuses by itself. */
const HANDSHAKE = 4500;

/**
 * Why a connection has never come about; the browser says 1006 whatever the reason was.
 * `server` is what is known of the server process, `after` how long it took, in ms.
 */
export function refusal(server, after, port) {
  const never = "Not connected, code 1006";
  if (server?.state === "down") return down(server);
  if (server?.state === "starting") return "Your project is starting.";
  if (!server) return `${never}: nobody listens on port ${port}, as it seems.`;
  if (after > HANDSHAKE) {
    return `${never}: for 5 seconds nobody accepted it. That is done in connect().`;
  }
  const causes = "No route, an exception or a close() does that; the terminal shows which.";
  return `${never}: the server refused it. ${causes}`;
}

/** That the project does not run, and why where that is known. */
export function down(server) {
  return `Your project does not run. ${server.why ?? "It starts again when you save."}`;
}
