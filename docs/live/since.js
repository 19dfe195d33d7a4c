/** What a save has changed, in a few words. */

import { WORDS } from "./story.js";

export const SAME = "same as before";

/** What is compared of a verdict; the words that a check sends differ on every run. */
export function standing(verdict, state, task) {
  const { cause } = verdict;
  const at = task ? `task ${task}` : state.replaceAll("_", " ");
  if (!cause) return { at, key: at };
  const facts = [at, cause.where, cause.cure, cause.expected, cause.got];
  return { at, key: JSON.stringify(facts).replace(WORDS, "…").replace(/\d{4,}/g, "…") };
}

/** `was task 1, now task 2`, or how else it differs; empty where nothing was known before. */
export function since(before, now) {
  if (!before) return "";
  if (before.key === now.key) return SAME;
  if (before.at === now.at) return `still ${now.at}, another failure`;
  return `was ${before.at}, now ${now.at === "passed" ? "all checks pass" : now.at}`;
}
