/**
 * Finds the mistakes that fit what somebody pastes, on the page of all mistakes.
 *
 * `checks/explain/finder.py` does the same, with the same data and the same arithmetic.
 */

import { make } from "./dom.js";
import { ROOT } from "./page.js";

const TOKEN = /[a-z_][a-z0-9_]*|[0-9]+/g;
const LONGEST_NUMBER = 4;
const MOST = 5;
const OWN_WORDS = 0.25;
const SCALE = 100;

/** The mistakes that fit a text, the likeliest first: `{id, name, symptom, score}`. */
export function find(data, text) {
  const numbers = new Map(data.words.map((word, number) => [word, number]));
  const said = new Set(tokens(text).map((token) => numbers.get(token)));
  const scored = data.mistakes.map(({ id, name, symptom, signs, often, own }) => {
    const scores = signs.map((sign, at) => (scoreOf(data, sign, said) * often[at]) / SCALE);
    const seen = Math.max(0, ...scores);
    return { id, name, symptom, score: seen + OWN_WORDS * scoreOf(data, own, said) };
  });
  const fitting = scored.filter(({ score }) => score > 0);
  return fitting.sort((one, other) => other.score - one.score).slice(0, MOST);
}

function tokens(text) {
  const found = text.toLowerCase().match(TOKEN) ?? [];
  return found.filter((token) => !/^[0-9]/.test(token) || token.length <= LONGEST_NUMBER);
}

function scoreOf({ weights }, sign, said) {
  let [whole, shared] = [0, 0];
  for (const word of sign) {
    whole += weights[word];
    if (said.has(word)) shared += weights[word];
  }
  return whole ? (shared * shared) / whole : 0;
}

const place = document.querySelector(".finder");
if (place) {
  forward();
  addEventListener("hashchange", forward);
  show(place);
}

/** Before there were pages for each symptom, every mistake was on this one. */
function forward() {
  const link = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (link?.matches("article li > a[id]")) location.replace(link.href);
}

function show(element) {
  const box = make("textarea", { id: "finder-text", rows: 5, spellcheck: "false" });
  const list = make("ol", { class: "finder-found" });
  const note = make("p", { role: "status" });
  let data = null;

  box.addEventListener("input", async () => {
    data ??= fetch(new URL("reference/finder.json", ROOT)).then((answer) => answer.json());
    const found = find(await data, box.value);
    list.replaceChildren(...found.map(item));
    const count = found.length ? `Likely mistakes: ${found.length}, the likeliest first.` : "Nothing fits yet.";
    note.textContent = box.value.trim() ? count : "";
  });
  const label = make("label", { for: box.id }, "What you see in the browser, its console, or the terminal");
  element.prepend(label, box, note, list);
}

function item({ id, name, symptom }) {
  const url = new URL(`reference/mistakes/${symptom}/#${id}`, ROOT);
  return make("li", {}, make("a", { href: url.href }, name));
}
