import { since, standing } from "./since.js";

/** What is known of the lesson on a page: what the site gave it, and what came since. */
export class Lesson {
  verdict = null;
  /** As `make learn` calls it: to_do, in_progress, needs_attention, passed, … */
  state = null;
  /** Parts of begun tasks that stand as they were shipped: `{task, title}`. */
  #parts = [];
  /** What the last save has changed, in words. */
  since = "";
  /** The files of the save that is being checked. */
  saved = [];
  servers = [];
  /** The last connection that the project did not accept: `{server, path, outcome, …}`. */
  handshake = null;
  /** The way of the last message through the learner's servers, as far as it has come. */
  message = null;
  chosen = null;
  progress = [];
  /** The hints given so far for each task: `{task, number, of, text, last, left_out}`. */
  hints = new Map();
  /** Of a lesson that passes: all hints of each task, and why it is solved this way. */
  answers = null;
  /** The last verdicts, oldest first, and the answer to what was changed before one. */
  history = [];
  difference = null;
  /** Why there is no hint, where one was asked for. */
  noHint = "";
  /** Which editor has opened the place, or why none has. */
  opened = null;
  /** The learner's code beside the course's, where it was asked for. */
  comparison = null;
  /** What a reset has done. */
  reset = null;
  /** What has become of the wall of a classroom, where the learner has joined one. */
  wall = null;
  /** Why the live results rejected this page. */
  refusal = "";
  running = false;
  /** Whether the run takes so long that it is shown check by check. */
  slow = false;
  /** Whether the verdict is that of a run which goes on: it will not pass any more. */
  unfinished = false;
  stopped = false;
  #current = null;
  #judged = 0;
  #standing = null;

  constructor(given) {
    this.given = given;
  }

  /** Take in an event of the live results. */
  take(event) {
    this.#on[event.type]?.(event);
  }

  #on = {
    run: ({ run, check, saved }) => {
      if (run <= this.#judged) return; // Remembered, and its verdict has come.
      this.#current = check;
      if (this.unfinished && !saved) return; // It goes on, and what counts is shown.
      this.unfinished = false;
      this.slow &&= this.running;
      this.running = true;
      if (saved) this.saved = saved;
    },
    verdict: ({ run, verdict, state, open, unfinished = false }) => {
      if (!unfinished) this.#judged = run;
      this.unfinished = unfinished;
      this.running = this.slow = false;
      const isKnown = verdict.started_at === this.verdict?.started_at;
      this.verdict = verdict;
      this.#parts = open ?? [];
      this.state = state ?? (verdict.verdict === "failed" ? "needs_attention" : verdict.verdict);
      this.noHint = "";
      this.answers = this.opened = this.comparison = null;
      const now = standing(verdict, this.state, this.open);
      if (!isKnown) this.since = since(this.#standing, now);
      this.#standing = now;
      this.#forgetHints();
    },
    project: ({ servers }) => {
      this.servers = servers;
    },
    handshake: (event) => {
      this.handshake = event;
    },
    message: (event) => {
      this.message = event;
    },
    progress: ({ lessons }) => {
      this.progress = lessons;
    },
    chosen: ({ lesson }) => {
      if (lesson !== this.chosen) this.#judged = 0; // Its runs are counted from the start.
      this.chosen = lesson;
    },
    hint: (hint) => {
      const rungs = this.hints.get(hint.task) ?? [];
      const others = rungs.filter((rung) => rung.number !== hint.number);
      const all = [...others, hint].sort((one, other) => one.number - other.number);
      this.hints.set(hint.task, all);
    },
    hints: ({ passed, tasks }) => {
      if (passed) this.answers = tasks;
      else for (const task of tasks) this.hints.set(task.task, rungs(task));
    },
    history: ({ verdicts }) => {
      this.history = verdicts;
    },
    difference: (answer) => {
      this.difference = answer;
    },
    no_hint: ({ why }) => {
      this.noHint = why;
    },
    opened: (event) => {
      this.opened = event;
    },
    comparison: (event) => {
      this.comparison = event;
    },
    reset: (event) => {
      this.reset = event;
    },
    wall: (event) => {
      this.wall = event;
    },
    refused: ({ reason }) => {
      this.refusal = reason;
    },
    stopped: () => {
      this.stopped = true;
    },
  };

  /** A connection was made: runs are counted from the start; one may have ended meanwhile. */
  connected() {
    this.#judged = 0;
    this.servers = [];
    this.running = this.slow = this.stopped = false;
    this.refusal = "";
  }

  /** Whether another lesson is being checked, and this page shows what is past. */
  get isIdle() {
    return this.chosen !== null && this.chosen !== this.given.slug;
  }

  /** The server process of that number, as far as is known. */
  server(number) {
    return this.servers.find((server) => server.number === number);
  }

  /** The checks in their order, each with its `state`: a name in SIGNS. */
  get checks() {
    if (this.unfinished) return this.#checksSoFar();
    const known = this.verdict?.checks ?? [];
    const all = known.length ? known : this.given.checks;
    const at = all.findIndex((check) => check.id === this.#current);
    // Where nothing was changed, what was found still stands.
    const isShown = this.running && (!this.verdict || (this.slow && this.saved.length));
    const state = isShown
      ? (_, index) => ["checked", "running", "waiting"][Math.sign(index - at) + 1]
      : (check) => this.#became(check.outcome);
    return all.map((check, index) => ({
      ...check,
      state: isShown && at < 0 ? "waiting" : state(check, index),
    }));
  }

  /** The checks of a run that goes on, some of which have ended. */
  #checksSoFar() {
    return this.given.checks.map((check) => {
      const ended = this.verdict.checks.find(({ id }) => id === check.id);
      const going = check.id === this.#current ? "running" : "waiting";
      return { ...check, ...ended, state: ended ? this.#became(ended.outcome) : going };
    });
  }

  /** What became of a check. What has not been begun needs no attention: it is to do. */
  #became(outcome) {
    if (!this.verdict) return this.progress.find(this.#isMine)?.state === "to_do" ? "to_do" : "waiting";
    const isOpen = ["failed", "not_reached", undefined].includes(outcome);
    const isToDo = this.state === "to_do" || (this.state === "in_progress" && isOpen);
    return isToDo ? "to_do" : (outcome ?? "not_reached");
  }

  #isMine = ({ slug }) => slug === this.given.slug;

  /** How many checks count as passed, of how many; what was shipped so does not count. */
  get share() {
    const isPassed = ({ outcome }) => outcome === "passed" && this.state !== "to_do";
    const passed = this.verdict?.checks.filter(isPassed) ?? [];
    return [passed.length, this.checks.length];
  }

  /** The tasks, each with its checks and what follows from them. */
  get tasks() {
    const checks = this.checks;
    return this.given.tasks.map((task) => {
      const isOwn = (one) => one.task === task.number;
      const own = checks.filter(isOwn);
      const state = together(own.map((check) => check.state));
      const parts = this.#parts.filter(isOwn);
      if (state !== "passed" || !parts.length) return { ...task, checks: own, state };
      const open = parts.map((part) => ({ ...part, state: "to_do" }));
      return { ...task, checks: [...own, ...open], state: "in_progress" };
    });
  }

  /** The first check that failed: the one whose story is shown. */
  get failed() {
    return this.verdict?.checks.find((check) => check.expected !== null) ?? null;
  }

  /** The task for which there are hints now, or null. */
  get open() {
    const isFailed = this.verdict?.verdict === "failed";
    return (isFailed && this.failed?.task) || null;
  }

  #forgetHints() {
    for (const task of this.tasks) {
      if (task.state === "passed") this.hints.delete(task.number);
    }
  }
}

/** All hints of a task, as if they had come one by one. */
function rungs({ task, hints }) {
  const of = hints.length;
  return hints.map((text, index) => {
    const number = index + 1;
    return { task, number, of, text, last: number === of, left_out: [] };
  });
}

/** What the states of a task's checks make of the task. */
function together(states) {
  if (states.includes("failed")) return "needs_attention";
  for (const state of ["broken", "running", "to_do"]) {
    if (states.includes(state)) return state;
  }
  if (states.every((state) => state === "passed" || state === "skipped")) return "passed";
  if (states.every((state) => state === "checked")) return "checked";
  return states.includes("waiting") ? "waiting" : "not_reached";
}
