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
"""
"""Runs in a page before its own scripts, and reports what its log and status show."""

BOXES = """() => {
  const typed = /^(text|search|email|url|tel|)$/;
  const usable = (e) => e.checkVisibility() && !e.disabled && !e.readOnly;
  const all = (what) => [...document.querySelectorAll(what)].filter(usable).reverse();
  const inputs = all("input").filter((input) => typed.test(input.type));
  return [...inputs, ...all("[contenteditable]"), ...all("textarea")];
}"""
"""What can be typed into: textareas come last, as one is often the log."""
CLICKED = """(box) => {
  const what = "button, input[type=submit], input[type=button], [role=button]";
  const send = /send|post|submit|go|say/i;
  const near = (e) => (e.form && e.form === box.form ? 2 : 0)
    + (send.test(e.value || e.textContent) ? 1 : 0);
  const all = [...document.querySelectorAll(what)].filter((e) => e.checkVisibility());
  return all.sort((a, b) => near(b) - near(a));
}"""
"""What can be clicked, the most likely to send first."""
SHOWN = """([words, id, box]) => {
  const fields = [...document.querySelectorAll("input, textarea, output")];
  const seen = fields.filter((field) => field !== box && field.checkVisibility());
  const values = seen.map((field) => field.value);
  let text = document.body ? document.body.innerText : "";
  if (box && box.isContentEditable) text = text.replace(box.innerText, "");
  const all = [text, ...values].join("\\n");
  const odd = all.match(/\\[object \\w+\\]|undefined|\\bnull\\b/);
  return {
    lines: all.split("\\n").filter((line) => line.toLowerCase().includes(words)),
    odd: odd ? odd[0] : "",
    element: Boolean(id && document.getElementById(id)),
  };
}"""
"""The lines of a page's text, and of its fields but the box, that have words in them,
what it shows that nobody wants to read, and whether it has an element of an id."""

MARK = "() => { window.courseThere = new WeakSet(document.querySelectorAll('*')); }"
"""Remembers what the page has before something is typed."""
TWICE = """(words) => {
  const all = [...document.querySelectorAll("body *")];
  const lines = (e) => (e.value ?? e.innerText ?? "").split("\\n").filter(
    (line) => line.includes(words));
  const fits = all.filter((e) => e.checkVisibility() && lines(e).length);
  const deepest = fits.filter((e) => !fits.some((x) => x !== e && e.contains(x)));
  const same = (a) => new Set(a).size < a.length;
  const inOne = deepest.some((e) => same(lines(e)));
  const parts = deepest.map((e) => {
    while (!courseThere.has(e.parentElement)) e = e.parentElement;
    return e;
  }).filter((e) => !courseThere.has(e));
  const apart = parts.some((a, at) => parts.slice(at + 1).some((b) => a !== b
    && a.parentElement === b.parentElement && a.tagName === b.tagName
    && a.innerText.trim() === b.innerText.trim()));
  return inOne || apart;
}"""
"""Whether the page has added the same line twice, to one text or one parent. What was
there before is a place of its own, such as a line with the last message."""
