/** What the theme leaves undone for those who use a keyboard or a screen reader. */

const MENDS = {
  ".md-search[role=dialog]": (dialog) => dialog.setAttribute("aria-label", "Search"),
  // The place of one button, not a part of the page that one would look for.
  ".md-code__nav": (nav) => nav.setAttribute("role", "presentation"),
  "th:empty": (cell) => cell.replaceWith(document.createElement("td")),
  ".md-typeset__scrollwrap": reachable,
};

/** What is wider than its place is scrolled with the arrow keys, once one is there. */
function reachable(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

function mend() {
  for (const [selector, mended] of Object.entries(MENDS)) {
    document.querySelectorAll(selector).forEach(mended);
  }
}

/** A drawer that is closed is not there for the keyboard; its button is. */
function drawer() {
  const isOpen = document.getElementById("__drawer")?.checked;
  const sidebar = document.querySelector(".md-sidebar--primary");
  const opener = document.querySelector(".md-header label[for=__drawer]");
  if (!sidebar || !opener) return;
  sidebar.inert = matchMedia("(max-width: 76.2344em)").matches && !isOpen;
  opener.tabIndex = 0;
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-label", "Navigation");
  opener.setAttribute("aria-expanded", String(isOpen));
}

document.getElementById("__drawer")?.addEventListener("change", drawer);
document.querySelector(".md-header label[for=__drawer]")?.addEventListener("keydown", (event) => {
  if (!["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  event.currentTarget.click();
  document.querySelector(".md-sidebar--primary:not([inert]) a")?.focus();
});

drawer();
mend();
addEventListener("resize", drawer);
addEventListener("resize", mend);
// The theme adds its own elements a moment later.
const article = document.querySelector("article");
if (article) new MutationObserver(mend).observe(article, { childList: true, subtree: true });
