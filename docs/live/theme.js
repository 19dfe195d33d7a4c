/** What the theme leaves undone for those who use a keyboard or a screen reader. */

const MENDS = {
  ".md-search[role=dialog]:not([aria-label])": (dialog) => dialog.setAttribute("aria-label", "Search"),
  // The place of one button, not a part of the page that one would look for.
  ".md-code__nav:not([role])": (nav) => nav.setAttribute("role", "presentation"),
  "th:empty": (cell) => cell.replaceWith(document.createElement("td")),
  ".md-typeset__scrollwrap": reachable,
  // The theme does so only once it has been on the screen.
  ".md-code__content": reachable,
};

/** What is wider than its place is scrolled with the arrow keys, once one is there. */
function reachable(box) {
  const isWide = box.scrollWidth > box.clientWidth;
  // What is written makes the browser measure the next box anew.
  if (isWide === box.hasAttribute("tabindex")) return;
  if (isWide) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

function mend() {
  for (const [selector, mended] of Object.entries(MENDS)) {
    document.querySelectorAll(selector).forEach(mended);
  }
}

let planned = 0;

/** With the next frame, for which everything is measured anyway. */
function mendSoon() {
  cancelAnimationFrame(planned);
  planned = requestAnimationFrame(mend);
}

const opener = document.createElement("span");
opener.setAttribute("role", "button");
opener.setAttribute("aria-label", "Navigation");
opener.tabIndex = 0;

/** A drawer that is closed is not there for the keyboard; what opens it is. */
function drawer() {
  const isOpen = document.getElementById("__drawer")?.checked;
  const sidebar = document.querySelector(".md-sidebar--primary");
  if (sidebar) sidebar.inert = matchMedia("(max-width: 76.2344em)").matches && !isOpen;
  opener.setAttribute("aria-expanded", String(isOpen));
}

const label = document.querySelector(".md-header label[for=__drawer]");
opener.append(...(label?.childNodes ?? []));
label?.append(opener);
document.getElementById("__drawer")?.addEventListener("change", drawer);
opener.addEventListener("keydown", (event) => {
  if (!["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  label.click();
  document.querySelector(".md-sidebar--primary:not([inert]) a")?.focus();
});

drawer();
mend();
addEventListener("resize", drawer);
// The theme adds its own elements a moment later.
const article = document.querySelector("article");
if (article) {
  new MutationObserver(mendSoon).observe(article, { childList: true, subtree: true });
  new ResizeObserver(mendSoon).observe(article);
}
