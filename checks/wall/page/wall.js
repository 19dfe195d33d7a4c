/** The teacher's page: it connects with the secret, and shows the tiles that come. */

import { button, make, withCode } from "./dom.js";
import { Results } from "./results.js";
import { Tiles, ago, helped } from "./tiles.js";
import { commonest, learners } from "./summary.js";

/** Milliseconds after one event until the next is asked for: a class changes at once. */
const PACE = 100;
/** Milliseconds between two looks at the clock. */
const TICK = 10_000;
const NO_SECRET = "Open the address of your page that make wall has printed.";
const AWAY = "No connection to the wall; trying again. What is shown is not up to date.";

const [join, state, mistake, share, help, nobody, title, said] = [
  "join", "state", "mistake", "share", "help", "nobody", "tiles-title", "said",
].map((id) => document.getElementById(id));
const tiles = new Tiles(document.getElementById("tiles"));
const secret = takeSecret();
const results = new Results(`ws://${location.host}/watch/`, { received, opened, changed });
let reason = "";

/** The secret leaves the address bar, which a whole room may see. */
function takeSecret() {
  const given = location.hash.slice(1);
  if (given) sessionStorage.setItem("wall", given);
  history.replaceState(null, "", location.pathname);
  return given || sessionStorage.getItem("wall");
}

function opened() {
  reason = "";
  results.send({ type: "watch", secret });
  results.send({ type: "next" });
}

function received(event) {
  if (event.type === "refused") reason = event.reason;
  if (event.type === "wall") {
    const command = make("code", {}, `make learn WALL=${event.address}`);
    join.replaceChildren("To join: ", command);
  }
  if (event.type !== "tiles") return changed();
  const asking = tiles.take(event);
  if (asking.length) said.textContent = `${asking.join(", ")}: help, please.`;
  show();
  setTimeout(() => results.send({ type: "next" }), PACE);
}

function changed() {
  document.body.classList.toggle("away", results.isAway);
  const words = results.isAway ? reason || AWAY : "";
  if (state.textContent !== words) state.textContent = words;
}

function show() {
  const all = tiles.all;
  const { name, words } = commonest(all);
  if (mistake.dataset.name !== name) mistake.replaceChildren(...withCode(name));
  mistake.dataset.name = name;
  share.textContent = words;
  title.textContent = learners(all);
  showHelp(all.filter((tile) => tile.help !== null));
}

/** Who has asked for help, longest first; the keyboard stays in the list. */
function showHelp(asking) {
  asking.sort((one, other) => one.help - other.help);
  const had = help.contains(document.activeElement);
  const isSame = asking.map(({ number }) => number).join() === help.dataset.shown;
  nobody.hidden = asking.length > 0;
  if (!isSame) help.replaceChildren(...asking.map(row));
  help.dataset.shown = asking.map(({ number }) => number).join();
  asking.forEach((tile, index) => {
    help.children[index].querySelector(".for").textContent = `${where(tile)}, ${ago(tile.help)}`;
  });
  if (had && !isSame) (help.querySelector("button") ?? document.getElementById("help-title")).focus();
}

function row({ number, name }) {
  const send = () => results.send(helped(number));
  const done = button("Helped", send, { "aria-label": `Helped ${name}` });
  return make("li", {}, make("b", {}, name), " ", make("span", { class: "for" }), " ", done);
}

function where({ lesson }) {
  return lesson ? `lesson ${lesson}` : "no lesson yet";
}

const dark = matchMedia("(prefers-color-scheme: dark)");
function colours() {
  document.documentElement.dataset.mdColorScheme = dark.matches ? "slate" : "default";
}

colours();
dark.addEventListener("change", colours);
if (secret) results.start();
else state.textContent = NO_SECRET;
setInterval(() => {
  tiles.tick();
  show();
}, TICK);
