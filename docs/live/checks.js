/** The tasks of the lesson and their checks, in the live column and at the headings. */

import { make, withCode } from "./dom.js";
import { heading } from "./page.js";
import { state } from "./state.js";

/** The list of all tasks, with their checks. */
export function taskList(tasks) {
  return tasks.map((task) => {
    const { number, title } = task;
    const link = { href: `#${heading(number)?.id ?? ""}` };
    return make(
      "li",
      { class: "live-task", "data-state": task.state },
      make("p", {}, make("a", link, `Task ${number}: ${title}`), state(task.state)),
      make("ul", {}, task.checks.map(checkItem)),
    );
  });
}

function checkItem(check) {
  const running = check.state === "running" && "true";
  return make(
    "li",
    { class: "live-check", "data-state": check.state, "aria-current": running },
    state(check.state),
    make("span", {}, withCode(check.title)),
    check.state === "skipped" && make("small", {}, check.reason),
  );
}

/** Put what became of each task beside its heading on the page. */
export function badges(tasks) {
  for (const task of tasks) {
    const title = heading(task.number);
    if (!title) continue;
    const badge = state(task.state, "live-badge");
    const old = title.querySelector(".live-badge");
    if (old) old.replaceWith(badge);
    else title.insertBefore(badge, title.querySelector(".headerlink"));
  }
}
