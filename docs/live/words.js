/** The words of the terminal (checks/show/text.py), and those that only a page needs. */

export const VOICES = {
  project: "Your project",
  machine: "Your machine",
  checker: "The checker broke",
};

/** The outcomes of a check: a sign and a word, so that no colour is needed. */
export const SIGNS = {
  passed: ["✓", "passed"],
  failed: ["✗", "failed"],
  to_do: ["○", "to do"],
  in_progress: ["◐", "in progress"],
  needs_attention: ["✗", "needs attention"],
  not_reached: ["·", "not reached"],
  skipped: ["-", "skipped"],
  broken: ["!", "broken"],
  machine: ["!", "your machine"],
  waiting: ["○", "waiting"],
  running: ["▸", "checking"],
  stale: ["◌", "not up to date"],
  checked: ["·", "checked"],
};

/** So many remarks are made on a project that passes; more are not read. */
export const MOST_ADVICE = 3;

const LONGEST = 300;

/** The red sentence. */
export function sentence(cause) {
  return `${VOICES[cause.voice]}: expected ${cause.expected}, but ${cause.got}.`;
}

/** What there is to do, where that is all that is missing. */
export function lead(lesson) {
  const named = notBegun(lesson);
  if (!named) return "";
  return lesson.state === "to_do"
    ? `Nothing has been changed yet: start with ${named}`
    : `Next: ${named}`;
}

/** The task that comes next, where nothing is wrong but that it has not been begun. */
function notBegun({ state, failed, given }) {
  const task = given.tasks.find(({ number }) => number === failed?.task);
  const isOpen = state === "to_do" || state === "in_progress";
  return task && isOpen ? `task ${task.number}, ${task.title}.` : "";
}

/** Lines of code without the indentation that they share. */
export function dedented(lines) {
  const indents = lines.filter((text) => text.trim()).map((text) => text.search(/\S/));
  return lines.map((text) => text.slice(Math.min(...indents)));
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
  1000: "it was closed on purpose",
  1001: "the other side went away",
  1002: "one side broke the WebSocket protocol",
  1003: "the server does not accept frames of this kind",
  1005: "it was closed without a code",
  1006: "the connection was lost; a browser reports 1006 when no close frame arrived",
  1007: "a text frame was not valid UTF-8",
  1008: "the server does not allow what was sent",
  1009: "a frame was too large",
  1011: "an exception was raised on the server; the terminal shows it",
  1012: "the server restarts",
};

/** How a connection that was open has ended, in a sentence. */
export function closing(code) {
  const own = code >= 4000 && "your project closed it with a code of its own";
  const known = own || CODES[code] || "this is not one of the usual codes";
  return `Closed with code ${code}: ${known}.`;
}

/**
 * Why the project did not accept a connection, as its server process reports it; and what
 * to do, unless that is a task which has not been begun: then which one comes next.
 */
export function refusal({ outcome, path, seconds, error, where }, lesson) {
  const task = notBegun(lesson);
  const cure = lesson.verdict ? "Call self.accept() in connect()." : "";
  const next = task ? `Next: ${task}` : cure;
  const at = where ? `, in ${place(where)}` : "";
  const reasons = {
    rejected: "your project called close() before it had accepted.",
    denied: "a validator rejected it: this page's address is not one that ALLOWED_HOSTS allows.",
    not_accepted: `nothing accepted ${path} for ${seconds} seconds. ${next}`.trim(),
    raised: error?.startsWith("ValueError: No route found")
      ? `no route leads to ${path}.`
      : `your project raised ${error}${at}.`,
  };
  return `Not connected: ${reasons[outcome]}`;
}

/** That a connection never came about, where the project has not said why. */
export function unreached(server, port) {
  if (server?.state === "down") return down(server);
  if (server?.state === "starting") return "Your project is starting.";
  const reason = server
    ? "your project reported no reason. The terminal may show one."
    : `nothing seems to listen on port ${port}.`;
  return `Not connected, code 1006: ${reason}`;
}

/** That the project does not run, and why, if that is known. */
export function down(server) {
  return `Your project does not run. ${server.why ?? "It starts again when you save."}`;
}
