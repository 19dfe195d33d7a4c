/** A transcript, drawn: a lane for each process and tab, an arrow for each line. */

import { draw, isCalm } from "./dom.js";
import { named } from "./story.js";

/** What goes from a tab to a server; everything else goes the other way. */
const TO_SERVER = ["sends", "opens", "closes"];
const GUTTER = 36;
const LANE = 60;
const HEAD = 34;
const ROW = 38;
const PADDING = 6;
const TIP = 5;
/** So many ms a message is on its way from one lane to another. */
const TRAVEL = 600;
/** All lengths are those of a page whose text is of the usual size; it may be larger. */
const SCALE = parseFloat(getComputedStyle(document.documentElement).fontSize) / 20;
/** As in live.css. */
const style = getComputedStyle(document.body);
const FONTS = {
  does: `600 12px ${style.fontFamily}`,
  what: `11.5px ${style.getPropertyValue("--course-mono") || "monospace"}`,
};

const canvas = document.createElement("canvas").getContext("2d");

/**
 * An SVG of these lines (see story.js), for a box that is so many pixels wide.
 * `through` is what the channel layer is: Redis, or the memory of a process.
 */
export function diagram(lines, room, through) {
  const actors = cast(lines);
  const width = Math.max(room / SCALE, GUTTER + actors.length * LANE);
  const height = HEAD + lines.length * ROW + PADDING * 2;
  const spacing = (width - GUTTER) / Math.max(actors.length, 1);
  const x = Object.fromEntries(
    actors.map((id, index) => [id, GUTTER + (index + 0.5) * spacing]),
  );
  const scene = { x, width, height, spacing, through };
  const size = { width: width * SCALE, height: height * SCALE };
  return draw(
    "svg",
    { class: "live-diagram", role: "img", viewBox: `0 0 ${width} ${height}`, ...size },
    draw("title", {}, "Sequence diagram of the messages. The list says the same in words."),
    draw("text", { class: "live-at", x: GUTTER - 8, y: 17 }, "ms"),
    actors.map((id) => life(id, scene)),
    lines.map((line, index) => step(line, HEAD + index * ROW, scene)),
  );
}

/**
 * Show how far the message has come: this step, those before it, and not those after.
 * With `isMoving`, a dot goes the way of the arrow.
 */
export function mark(svg, number, isMoving) {
  const steps = [...svg.querySelectorAll(".live-step")];
  steps.forEach((step, index) => {
    step.dataset.when = ["before", "now", "later"][Math.sign(index - number) + 1];
  });
  svg.querySelector(".live-dot")?.remove();
  const shaft = steps[number]?.querySelector(".live-arrow > .live-shaft");
  if (!shaft || !isMoving || isCalm()) return;
  const dot = draw("circle", { class: "live-dot", r: 6 });
  steps[number].append(dot);
  const at = (length) => {
    const { x, y } = shaft.getPointAtLength(length);
    return { transform: `translate(${x}px, ${y}px)` };
  };
  const way = [at(0), at(shaft.getTotalLength())];
  dot.animate(way, { duration: TRAVEL, easing: "ease-in-out", fill: "forwards" });
}

/** Everybody who takes part, as a message passes: tabs, server, layer, server, tabs. */
function cast(lines) {
  const ids = new Set(lines.flatMap(({ id, peer }) => [id, peer]).filter(Boolean));
  const all = [...ids].sort();
  const isTab = (id) => id.startsWith("tab");
  const [first, ...others] = all.filter((id) => id !== "layer" && !isTab(id));
  const home = (tab) => lines.find(({ id, peer }) => id === tab && peer)?.peer ?? first;
  const tabsOf = (server) => all.filter((id) => isTab(id) && home(id) === server);
  const beyond = others.flatMap((server) => [server, ...tabsOf(server)]);
  const layer = all.filter((id) => id === "layer");
  return [...tabsOf(first), first, ...layer, ...beyond].filter(Boolean);
}

function life(id, { x, height, through }) {
  const name = (id === "layer" && through) || named(id);
  const width = Math.max(measured(name, FONTS.does) + 10, 44);
  return draw(
    "g",
    { class: "live-life", "data-actor": id },
    draw("line", { x1: x[id], x2: x[id], y1: HEAD - 8, y2: height - PADDING }),
    draw("rect", { x: x[id] - width / 2, y: 2, width, height: 22, rx: 6 }),
    draw("text", { x: x[id], y: 17, "text-anchor": "middle" }, name),
  );
}

function step(line, top, scene) {
  const kind = line.missing ? "missing" : line.gap ? "gap" : line.does;
  const time = draw("text", { class: "live-at", x: GUTTER - 8, y: top + 18 }, line.at ?? "");
  return draw(
    "g",
    { class: "live-step", "data-kind": kind },
    time,
    shape(line, top + 26, scene),
    label(line, top + 18, scene),
  );
}

/** What is drawn for a line: an arrow, a dot on one line of life, or a line across all. */
function shape(line, y, scene) {
  const { x, width } = scene;
  if (line.gap) return null;
  if (line.expected) return path(`M${GUTTER} ${y}H${width - PADDING}`);
  if (!line.peer) return draw("circle", { cx: x[line.id], cy: y, r: 4 });
  const [from, to] = ends(line);
  return arrow(x[from], x[to], y, line.missing);
}

function ends({ id, kind, does, peer }) {
  const isToPeer = kind === "layer" ? does === "delivers" : TO_SERVER.includes(does);
  return isToPeer ? [id, peer] : [peer, id];
}

function arrow(from, to, y, isMissing) {
  const back = from < to ? -1 : 1;
  const end = to + back * 2;
  const head = isMissing
    ? `M${end + back * 8 - 4} ${y - 4}l8 8m-8 0l8 -8`
    : `M${end} ${y}l${back * TIP * 1.5} ${-TIP}v${TIP * 2}z`;
  const shaft = `M${from} ${y}H${end + back * (isMissing ? 14 : TIP)}`;
  return draw("g", { class: "live-arrow" }, path(shaft), path(head, "live-tip"));
}

function path(d, name = "live-shaft") {
  return draw("path", { d, class: name });
}

/** The words of a line: over the middle of what is drawn, and within the picture. */
function label(line, y, scene) {
  const room = scene.width - GUTTER - PADDING;
  const [does, whole] = words(line);
  const verb = measured(does, FONTS.does) + (whole ? 6 : 0);
  const what = fitted(whole, room - verb, FONTS.what);
  const width = verb + measured(what, FONTS.what);
  const rightmost = GUTTER + room - width;
  const x = Math.max(Math.min(middle(line, scene) - width / 2, rightmost), GUTTER);
  const cut = what !== whole && draw("title", {}, `${does} ${whole}`);
  const verbs = draw("tspan", { class: "live-does" }, does);
  const value = Boolean(what) && draw("tspan", { class: "live-what", dx: 6 }, what);
  return draw(
    "g",
    {},
    draw("rect", { class: "live-plate", x: x - 3, y: y - 12, width: width + 6, height: 16 }),
    draw("text", { class: "live-words", x, y }, cut, verbs, value),
  );
}

function words(line) {
  if (line.gap) return [`… ${line.gap}`, ""];
  if (line.expected) return ["✗ expected:", line.expected];
  return [line.missing ? `✗ ${line.does}` : line.does, line.what];
}

function middle({ id, peer }, { x, width }) {
  if (!id) return (GUTTER + width) / 2;
  return peer ? (x[id] + x[peer]) / 2 : x[id];
}

/** The words, or as many of them as fit, with a sign that there is more. */
function fitted(text, room, font) {
  if (measured(text, font) <= room) return text;
  let [short, long] = [0, text.length];
  while (long - short > 1) {
    const half = Math.floor((short + long) / 2);
    if (measured(`${text.slice(0, half)}…`, font) <= room) short = half;
    else long = half;
  }
  return `${text.slice(0, short).trimEnd()}…`;
}

function measured(text, font) {
  canvas.font = font;
  return canvas.measureText(text).width;
}
