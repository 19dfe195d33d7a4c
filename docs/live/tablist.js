/** Tabs as the keyboard knows them: arrows go from one to the next, Tab into what it shows. */

import { make } from "./dom.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * A list of tabs and what each of them shows. `panels` are `{id, name, content}`;
 * `selected(id)` is called when another one is chosen.
 */
export function tablist(label, panels, selected = () => {}) {
  const tabs = panels.map(({ id, name }) =>
    make("button", { role: "tab", type: "button", id: `${id}-tab`, "aria-controls": id }, name),
  );
  const shown = panels.map(({ id, content }) =>
    make("div", { role: "tabpanel", id, "aria-labelledby": `${id}-tab` }, content),
  );

  function select(index) {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
      shown[i].hidden = i !== index;
    });
    selected(panels[index].id);
  }

  function onkeydown(event) {
    const at = tabs.indexOf(event.target);
    const ends = { Home: 0, End: tabs.length - 1 };
    const step = STEPS[event.key];
    const to = step ? (at + step + tabs.length) % tabs.length : ends[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(to);
    tabs[to].focus();
  }

  const attributes = { class: "live-tabs", role: "tablist", "aria-label": label, onkeydown };
  const list = make("div", attributes, tabs);
  tabs.forEach((tab, index) => tab.addEventListener("click", () => select(index)));
  select(0);
  return { list, panels: shown };
}
