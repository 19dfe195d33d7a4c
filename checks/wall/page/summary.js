/** What all tiles together say: the commonest mistake, and how many learners there are. */

import { count } from "./words.js";

/** The mistake that most learners are at now, and how many; of two, the longer one. */
export function commonest(tiles) {
  const groups = new Map();
  for (const tile of tiles) {
    if (tile.away !== null || tile.state !== "needs_attention") continue;
    const key = `${tile.lesson} ${tile.at}`;
    groups.set(key, [...(groups.get(key) ?? []), tile]);
  }
  const [group] = [...groups.values()].sort(larger);
  if (!group) return { name: "None", words: "" };
  const [{ lesson, at }] = group;
  return { name: at, words: `${count(group.length, "learner")}, lesson ${lesson}` };
}

function larger(one, other) {
  const first = (group) => Math.min(...group.map(({ since }) => since));
  return other.length - one.length || first(one) - first(other);
}

export function learners(tiles) {
  const away = tiles.filter((tile) => tile.away !== null).length;
  const there = count(tiles.length - away, "learner");
  return away ? `${there}, and ${away} away` : there;
}
