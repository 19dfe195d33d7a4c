/** What became of something: a sign and a word. */

import { make } from "./dom.js";
import { SIGNS } from "./words.js";

/** `✓ passed`, with its colour beside. */
export function state(name, classes = "") {
  const [sign, word] = SIGNS[name];
  return make(
    "span",
    { class: `live-state ${classes}`.trim(), "data-state": name },
    make("span", { class: "live-sign" }, sign),
    " ",
    make("span", { class: "live-word" }, word),
  );
}
