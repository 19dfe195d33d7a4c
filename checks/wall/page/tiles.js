/** The tiles: one for each learner, drawn again only where something has changed. */

import { make, withCode } from "./dom.js";
import { state } from "./state.js";
import { count } from "./words.js";

/** `3 min` since a moment, as `Date.now()` has it; nothing since none. */
export function ago(then) {
  if (then === null) return null;
  const minutes = Math.floor((Date.now() - then) / 60_000);
  if (minutes < 1) return "under 1 min";
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function helped(number) {
  return { type: "helped", tile: number };
}

export class Tiles {
  #element;
  #tiles = new Map();
  #items = new Map();

  constructor(element) {
    this.#element = element;
  }

  /** Every tile, in the order of the names. */
  get all() {
    return [...this.#tiles.values()];
  }

  /** Take in an event; who asks for help now, and did not before. */
  take({ whole, tiles }) {
    const numbers = new Set(tiles.map(({ number }) => number));
    if (whole) this.#remove((number) => !numbers.has(number));
    const asking = [];
    let isNew = false;
    for (const tile of tiles.map(timed)) {
      const before = this.#tiles.get(tile.number);
      if (tile.help !== null && (before?.help ?? null) === null) asking.push(tile.name);
      isNew ||= !before;
      this.#tiles.set(tile.number, tile);
      this.#draw(tile);
    }
    if (isNew) this.#sort();
    return asking;
  }

  /** Time has passed: the durations are others. */
  tick() {
    for (const tile of this.#tiles.values()) this.#draw(tile);
  }

  #draw(tile) {
    const item = this.#items.get(tile.number) ?? make("li", { class: "tile" });
    this.#items.set(tile.number, item);
    const times = { since: ago(tile.since), away: ago(tile.away), help: tile.help !== null };
    const key = JSON.stringify({ ...tile, ...times });
    if (item.key === key) return;
    item.key = key;
    item.dataset.state = tile.away === null ? tile.state : "away";
    item.classList.toggle("asks", tile.help !== null);
    item.replaceChildren(...lines(tile));
  }

  #sort() {
    const order = new Intl.Collator(undefined, { numeric: true });
    const sorted = this.all.sort((one, other) => order.compare(one.name, other.name));
    this.#tiles = new Map(sorted.map((tile) => [tile.number, tile]));
    this.#element.replaceChildren(...sorted.map(({ number }) => this.#items.get(number)));
  }

  #remove(isGone) {
    for (const number of [...this.#tiles.keys()].filter(isGone)) {
      this.#items.get(number).remove();
      this.#items.delete(number);
      this.#tiles.delete(number);
    }
  }
}

/** Durations in seconds become moments of this machine's clock. */
function timed({ seconds, help, away, ...tile }) {
  const moment = (value) => (value === null ? null : Date.now() - value * 1000);
  return { ...tile, since: moment(seconds), help: moment(help), away: moment(away) };
}

function lines({ name, lesson, state: become, at, passed, checks, since, help, away }) {
  const hand = help !== null && make("span", { class: "hand" }, " asks for help");
  const here = [state(become), make("span", { class: "for" }, ` for ${ago(since)}`)];
  const gone = make("span", { class: "for" }, `away for ${ago(away)}`);
  const all = [
    [make("b", {}, name), hand],
    lesson ? `Lesson ${lesson}, ${passed} of ${count(checks, "check")}` : "No lesson yet",
    withCode(at),
    away === null ? lesson && here : gone,
  ];
  return all.filter((line) => line?.length !== 0 && line).map((line) => make("div", {}, line));
}
