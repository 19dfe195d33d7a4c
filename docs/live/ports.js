/** The text of a lesson names the usual ports; where `make learn` was given others, those are meant. */

import { PORTS } from "./page.js";

const USUAL = { 8001: PORTS.servers[1], 8002: PORTS.live, 8003: PORTS.servers[2] };
const NAMED = /(localhost:|127\.0\.0\.1:|port )(800[123])\b/g;

/** Put the ports that things have into the addresses of an element. */
export function readdress(element) {
  for (const link of element.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (meant(href) !== href) link.setAttribute("href", meant(href));
  }
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.parentElement.closest(".language-text")) continue; // As recorded.
    const { data } = texts.currentNode;
    if (meant(data) !== data) texts.currentNode.data = meant(data);
  }
}

function meant(words) {
  return words.replace(NAMED, (_, before, port) => before + USUAL[port]);
}
