/** Which lines of a transcript are shown: as in the terminal (checks/show/transcript.py). */

import { place } from "./words.js";

/** So many lines are shown, the one that marks the failure among them. */
const LINES = 12;
/**
 * Of tabs that the cause names, so many lines are shown with which they open, and so many
 * with which they receive words that it names.
 */
const CONTEXT = 3;
/** So many lines the checker itself keeps. */
const LONGEST = 200;
const RECEIVING = /^(tab [A-Z]) to receive (\{.*)$/s;
/** Methods of the channel layer, which a server calls. */
const CALL = /^(group_\w+|send|flush)$/;
/** As the messages are that a check sends. */
export const WORDS = /[a-z]+ [a-z]+ \d+/g;

/** The lines of a transcript that is short enough to be shown whole. */
export function whole(transcript) {
  return transcript.map(row);
}

/**
 * The lines of a check that failed, in order. Each is one of
 * `{at, id, kind, who, does, what, peer, where, code}`, `{gap: "3 lines left out"}`, and,
 * at the end, what did not happen: `{missing: true, …}` with an actor, or with `expected`
 * alone.
 */
export function story(check) {
  const rows = check.transcript.map(row);
  if (!rows.length) return [];
  const kept = keep(rows, `${check.expected} ${check.got}`);
  const lines = [];
  let before = -1;
  for (const index of kept) {
    if (index > before + 1) lines.push({ gap: gap(index - before - 1, rows.length) });
    lines.push(rows[index]);
    before = index;
  }
  return [...lines, missing(check, rows)];
}

function row({ at, actor, ...line }) {
  return { ...line, at: ms(at), id: actor.id, kind: actor.kind, who: named(actor.id) };
}

/**
 * The lines of a message that was sent in a tab: what the servers reported of it, and, at
 * the end, what has not come. `page` is how this page marks its own tabs, which are tab A
 * and tab B; those of others have the letters after them.
 */
export function followed({ lines, missing, left_out: leftOut }, page) {
  const others = [];
  const named = (id) => {
    const [name, of] = id?.split(".") ?? [];
    if (!of || of === page) return name;
    if (!others.includes(id)) others.push(id);
    return `tab-${String.fromCharCode(99 + others.indexOf(id))}`;
  };
  const renamed = ({ actor, peer, ...line }) =>
    row({ ...line, peer: peer && named(peer), actor: { ...actor, id: named(actor.id) } });
  const more = leftOut ? [{ gap: gap(leftOut, 0) }] : [];
  return [
    ...lines.map(renamed),
    ...more,
    ...missing.map(renamed).map((line) => ({ ...line, missing: true })),
  ];
}

/** `tab-a` as people say it: tab A. */
export function named(id) {
  const [kind, which] = id.split("-");
  return which ? `${kind} ${which.toUpperCase()}` : kind;
}

/** As Python rounds: a half goes to the even number. */
function ms(seconds) {
  const exact = seconds * 1000;
  return String(exact % 1 === 0.5 ? 2 * Math.round(exact / 2) : Math.round(exact));
}

/** Which rows are shown: the latest, and before them what concerns who is named. */
function keep(rows, named) {
  const words = named.match(WORDS) ?? [];
  const theirs = [...rows.keys()].filter((index) => named.includes(rows[index].who));
  const opened = theirs.filter((index) => rows[index].does === "opens");
  const receives = theirs.filter((index) => rows[index].does === "receives");
  const received = receives.filter((index) =>
    words.some((word) => rows[index].what.includes(word)),
  );
  const context = [...opened.slice(0, CONTEXT), ...received.slice(0, CONTEXT)];
  for (let latest = LINES; latest > 0; latest -= 1) {
    const first = Math.max(rows.length - latest, 0);
    const ends = rows.map((_, index) => index).slice(first);
    const early = context.filter((index) => index < first).sort((a, b) => a - b);
    const kept = [...new Set([...early, ...ends])];
    const gaps = kept.filter((index, i) => index > (kept[i - 1] ?? -1) + 1).length;
    if (kept.length + gaps < LINES || latest === 1) return kept;
  }
  return [];
}

function gap(number, known) {
  const least = known >= LONGEST ? "at least " : "";
  return `${least}${number} ${number === 1 ? "line" : "lines"} left out`;
}

/** What did not happen: a tab that did not receive, or what no single actor was to do. */
function missing(check, rows) {
  const at = check.waited ? ms(check.waited) : "";
  const receiving = RECEIVING.exec(check.expected);
  if (!receiving) return { missing: true, at, expected: check.expected };
  const [, who, what] = receiving;
  const id = who.toLowerCase().replace(" ", "-");
  const peer = rows.find((row) => row.id === id && row.peer)?.peer ?? null;
  return { missing: true, at, id, kind: "tab", who, does: "does not receive", what, peer };
}

/** A line in words: for a list, and for those who cannot see the drawing. */
export function inWords(line) {
  if (line.gap) return line.gap;
  if (line.expected) return `expected: ${line.expected}`;
  if (CALL.test(line.does)) return `${named(line.peer ?? line.id)} calls ${line.does} ${line.what}`;
  return `${line.who} ${line.does} ${line.what}`;
}

/** Where in the learner's code a line came from, in words; empty where that is not known. */
export function origin({ where }) {
  return where ? place(where) : "";
}
