/**
 * The live course: what `make learn` finds out, on the pages of the site.
 *
 * A page that was built without it asks nobody, and is complete as it is.
 */

import { aloud, Dock } from "./dock.js";
import { Lesson } from "./lesson.js";
import { GIVEN, LIVE, PORTS } from "./page.js";
import { readdress } from "./ports.js";
import { predictions } from "./predict.js";
import { marks } from "./progress.js";
import { Results } from "./results.js";

/** A run that takes longer than so many ms is shown check by check. */
const SLOW = 250;

if (PORTS.on && GIVEN) readdress(document.querySelector("article"));
if (PORTS.on && GIVEN) startLesson(document.getElementById("live"));
else if (PORTS.on) startProgress();

/** On any page but a lesson's: how far one has come. */
function startProgress() {
  const received = (event) => event.type === "progress" && marks(event);
  const nothing = () => {};
  new Results(LIVE, { received, opened: nothing, changed: nothing }).start();
}

function startLesson(element) {
  const lesson = new Lesson(GIVEN);
  const results = new Results(LIVE, { received, opened, changed });
  const dock = new Dock(element, lesson, (frame) => results.send(frame));
  const predicted = predictions(GIVEN);
  let wasOpen = false;
  let said = null;
  let timer = 0;

  function received(event) {
    lesson.take(event);
    if (event.type === "run") showIfSlow();
    if (event.type === "verdict") {
      say(event);
      if (!event.unfinished) predicted(event.verdict);
    }
    if (event.type === "progress") marks(event);
    changed();
  }

  function showIfSlow() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      lesson.slow = lesson.running;
      changed();
    }, SLOW);
  }

  /** One sentence for each verdict, and none for one that comes again: at its end, or with a connection. */
  function say({ run, verdict }) {
    const key = JSON.stringify([run, verdict.started_at, verdict.cause]);
    if (key !== said) dock.say(aloud(lesson));
    said = key;
  }

  function opened() {
    const wasMine = lesson.chosen === GIVEN.slug;
    lesson.connected();
    if (!wasOpen || wasMine || document.hasFocus()) choose();
    wasOpen = true;
  }

  /** This lesson is looked at: check it from now on. */
  function choose() {
    if (!document.hidden) results.send({ type: "choose" });
  }

  function look() {
    if (lesson.isIdle) choose();
  }

  function changed() {
    dock.update(results.isAway);
  }

  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  document.querySelector(".live-switch")?.remove();
  changed();
  results.start();
}
