"""What the driver runs in a page: JavaScript that reports what it shows."""

WATCH = """
addEventListener("DOMContentLoaded", () => {
  const text = (node) => node && node.textContent.trim();
  const look = () => {
    const log = document.querySelector("[role=log]");
    courseReport({
      log: log && [...log.children].map((line) => line.textContent),
      status: text(document.querySelector("[role=status]")),
    });
  };
  const all = { subtree: true, childList: true, characterData: true };
  new MutationObserver(look).observe(document, all);
  look();
});
window.courseTools = {
  sockets: [],
  broken: new Set(),
  timers: new Map(),
  isLater: false,
  unasked: [],
  // The value of a field, else the text: that of an li is a number.
  textOf: (e) => typeof e.value === "string" ? e.value : e.innerText ?? "",
  // Every element that fits, also those inside of custom elements.
  all: (what, root = document) => [...root.querySelectorAll(what)].concat(
    [...root.querySelectorAll("*")].filter((e) => e.shadowRoot)
      .flatMap((e) => courseTools.all(what, e.shadowRoot))),
};
WebSocket = new Proxy(WebSocket, {
  construct(...made) {
    const socket = Reflect.construct(...made);
    courseTools.sockets.push(socket);
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      if (courseTools.isLater) courseTools.unasked.push(data);
      send(data);
    };
    // Ours is the first to know that it is closed, and says how.
    socket.addEventListener("close", (event) => {
      if (!courseTools.broken.delete(socket)) return;
      event.stopImmediatePropagation();
      socket.dispatchEvent(new Event("error"));
      socket.dispatchEvent(new CloseEvent("close", { code: 1006 }));
    });
    return socket;
  },
});
for (const [start, stop] of [
  ["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"],
]) {
  const [begin, end] = [window[start].bind(window), window[stop].bind(window)];
  window[start] = (what, delay = 0, ...given) => {
    if (typeof what !== "function") return begin(what, delay);
    const id = begin((...args) => {
      if (start === "setTimeout") courseTools.timers.delete(id);
      courseTools.isLater = delay >= 1000;
      try { return what(...args); } finally { courseTools.isLater = false; }
    }, delay, ...given);
    courseTools.timers.set(id, [what, delay, given, start === "setTimeout"]);
    return id;
  };
  window[stop] = (id) => { courseTools.timers.delete(id); end(id); };
}
"""
"""Runs in a page before its own scripts: reports what its log and status show, and
remembers its WebSockets and its timers, and what those send after a second or more."""

BOXES = """() => {
  const typed = /^(text|search|email|url|tel|)$/;
  const usable = (e) => e.checkVisibility() && !e.disabled && !e.readOnly;
  const all = (what) => courseTools.all(what).filter(usable).reverse();
  const inputs = all("input").filter((input) => typed.test(input.type));
  const edited = all("[contenteditable]").filter((e) => e.isContentEditable);
  return [...inputs, ...edited, ...all("textarea")];
}"""
"""What can be typed into: textareas come last, as one is often the log."""
LOCKED = """() => courseTools.all("input, textarea").filter(
  (e) => e.checkVisibility() && (e.disabled || e.readOnly)).length"""
"""How many boxes there are that nobody can type into."""
OTHER_KEYS = """(box) => {
  const named = [{ key: "enter" }, { key: "ENTER" }, { key: "Return" }, { key: 13 },
    { code: "enter" }, { keyCode: "Enter" }, { keyCode: "13" }, { which: "Enter" }];
  for (const names of named) {
    for (const type of ["keydown", "keypress", "keyup"]) {
      const event = new KeyboardEvent(type, { bubbles: true, cancelable: true });
      for (const [name, value] of Object.entries({
        key: "", code: "", keyCode: 0, which: 0, ...names,
      })) Object.defineProperty(event, name, { value });
      box.dispatchEvent(event);
    }
  }
}"""
"""Presses keys that no keyboard has: those by which scripts miss the key Enter."""
LATER = """([least, most]) => {
  const meta = document.querySelector("meta[http-equiv=refresh i]");
  const next = [...courseTools.timers.values()].filter(
    ([, delay]) => delay >= least * 1000 && delay <= most * 1000);
  const open = () => courseTools.sockets.filter((s) => s.readyState < 2).length;
  const before = open();
  for (const [what, , given] of next) what(...given);
  window.dispatchEvent(new Event("focus"));
  document.dispatchEvent(new Event("visibilitychange"));
  const refresh = meta ? meta.content : "";
  const { unasked } = courseTools;
  return { refresh, unasked, ran: next.length, more: open() - before };
}"""
"""Runs the timers that would run in the next seconds, comes back to the page, and says
whether it asks to be loaded again, and how many more WebSockets it has then."""
ARRIVES = """(frame) => {
  const socket = courseTools.sockets.at(-1);
  socket.dispatchEvent(new MessageEvent("message", { data: frame }));
}"""
"""Lets a frame arrive at the page's WebSocket."""
FLOODS = """([frame, times]) => {
  const socket = courseTools.sockets.at(-1);
  for (let sent = 0; sent < times; sent++) socket.send(frame);
}"""
"""Sends a frame many times at once, as a script of the page could."""
BREAK = """() => {
  for (const socket of courseTools.sockets.filter((s) => s.readyState < 2)) {
    courseTools.broken.add(socket);
    socket.close();
  }
}"""
"""Closes the WebSockets of the page, which takes that for the end of its server."""
TIME_PASSES = """(seconds) => {
  const most = seconds * 1000;
  const next = [...courseTools.timers].filter(([, [, delay]]) => delay <= most);
  for (const [id, [what, , given, once]] of next) {
    if (!courseTools.timers.has(id)) continue;
    if (once) clearTimeout(id);
    what(...given);
  }
}"""
"""Runs the timers of the next seconds now, in place of then."""
CLICKED = """(box) => {
  const what = "button, input[type=submit], input[type=button], [role=button]";
  const send = /send|post|submit|go|say/i;
  const near = (e) => (e.form && e.form === box.form ? 2 : 0)
    + (send.test(e.value || e.textContent) ? 1 : 0);
  const leaves = (e) => e.form && e.form !== box.form && e.form.method === "post";
  const all = courseTools.all(what).filter((e) => e.checkVisibility() && !leaves(e));
  return all.sort((a, b) => near(b) - near(a));
}"""
"""What can be clicked, the most likely to send first; not what logs out, say."""
SENDS = """() => {
  const what = "button, input[type=submit], input[type=button], [role=button]";
  const labels = (e) => [e.value, e.textContent, e.ariaLabel, e.title];
  return courseTools.all(what).filter((e) => e.checkVisibility() && !e.disabled
    && labels(e).some((label) => /^\\s*(send|submit|post)\\b/i.test(label ?? "")));
}"""
"""What is there to be clicked in order to send, as its label says."""
SHOWN = """([words, id, box]) => {
  const fields = courseTools.all("input, textarea, output");
  const seen = fields.filter((field) => field !== box && field.checkVisibility());
  const values = seen.map((field) => field.value);
  const hosts = courseTools.all("*").filter((e) => e.shadowRoot && e.checkVisibility());
  const inside = hosts.flatMap((e) => [...e.shadowRoot.children])
    .filter((e) => !/^(STYLE|SCRIPT)$/.test(e.tagName)).map((e) => e.innerText);
  let text = [document.body?.innerText ?? "", ...inside].join("\\n");
  if (box && box.isContentEditable) text = text.replace(box.innerText, "");
  const all = [text, ...values].join("\\n");
  const odd = all.match(/\\[object \\w+\\]|undefined|\\bnull\\b/);
  const lines = all.split("\\n").filter((line) => line.toLowerCase().includes(words));
  const holds = courseTools.all("body *").filter((e) => !box?.contains(e)
    && courseTools.textOf(e).toLowerCase().includes(words));
  const deepest = holds.filter((e) => !holds.some((x) => x !== e && e.contains(x)));
  const faint = Boolean(words && deepest.length)
    && !deepest.some((e) => e.checkVisibility({ opacityProperty: true }));
  return {
    lines: faint ? [] : lines,
    faint,
    odd: odd ? odd[0] : "",
    element: Boolean(id && document.getElementById(id)),
  };
}"""
"""The lines of a page's text, and of its fields but the box, that have words in them,
whether those are there but transparent, what it shows that nobody wants to read, and
whether it has an element of an id."""

HOLD = """(words) => {
  const holds = courseTools.all("body *").filter((e) => e.checkVisibility()
    && courseTools.textOf(e).toLowerCase().includes(words));
  courseTools.held = holds.filter((e) => !holds.some((x) => x !== e && e.contains(x)));
}"""
"""Remembers the innermost elements that show words now."""
RELEASED = """(words) => courseTools.held.some((e) => !e.isConnected
  || !e.checkVisibility() || !courseTools.textOf(e).toLowerCase().includes(words))"""
"""Whether one of these elements does not show the words any more; a line of the log
that says who has come may go on doing so."""

MARK = "() => { window.courseThere = new WeakSet(courseTools.all('*')); }"
"""Remembers what the page has before something is typed."""
TWICE = """(words) => {
  const all = courseTools.all("*").filter((e) => !e.closest("head"));
  const lines = (e) => courseTools.textOf(e).split("\\n").filter(
    (line) => line.includes(words));
  const fits = all.filter((e) => e.checkVisibility() && lines(e).length);
  const deepest = fits.filter((e) => !fits.some((x) => x !== e && e.contains(x)));
  const same = (a) => new Set(a).size < a.length;
  const inOne = deepest.some((e) => same(lines(e)));
  const parts = deepest.map((e) => {
    while (e.parentElement && !courseThere.has(e.parentElement)) e = e.parentElement;
    return e;
  }).filter((e) => !courseThere.has(e));
  const apart = parts.some((a, at) => parts.slice(at + 1).some((b) => a !== b
    && a.parentNode === b.parentNode && a.tagName === b.tagName));
  return inOne || apart;
}"""
"""Whether the page has added a line with the words twice, to one text or one parent.
What was there before is a place of its own, such as a line with the last message."""
