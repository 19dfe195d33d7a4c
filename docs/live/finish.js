/** The end of the course: what was proved, after how many saves, and a card to keep. */

import { button, make } from "./dom.js";
import { ROOT } from "./page.js";
import { count } from "./words.js";

const [WIDTH, HEIGHT] = [1200, 630];
const KEEP = "is a Django project that runs by itself: copy it, and build on it.";
const LANES = ["tab A", "server 1", "Redis", "server 2", "tab B"];

export function finish({ slug }, verdict, lessons, course) {
  const done = course.filter((one) =>
    lessons.some((lesson) => lesson.slug === one.slug && lesson.state === "passed"),
  );
  const whole = done.length === course.length;
  const saves = done.map(({ slug }) => lessons.find((one) => one.slug === slug).saves ?? 0);
  const facts = { done, saves: saves.reduce((sum, number) => sum + number, 0), verdict };
  const folder = make("code", {}, `lessons/${slug}`);
  return make(
    "div",
    { class: "live-finish" },
    whole && make("h3", {}, "You have finished the course"),
    make("ol", {}, done.map(({ proved }) => make("li", {}, `✓ ${proved}`))),
    make("p", {}, spent(facts)),
    make("p", {}, "That was the last lesson. Its folder, ", folder, ", ", KEEP),
    make("p", {}, make("a", { href: new URL("end/", ROOT) }, "What you have built, and where to go next")),
    whole && card(facts),
  );
}

function spent({ done, saves }) {
  return saves ? `It took ${count(saves, "save")} in ${count(done.length, "lesson")}.` : "";
}

function card(facts) {
  const words = `Channels, step by step. ${facts.done.map(({ proved }) => proved).join(" ")}`;
  const canvas = make("canvas", { width: WIDTH, height: HEIGHT, role: "img", "aria-label": words });
  paint(canvas.getContext("2d"), facts);
  const link = make("a", { download: "channels-step-by-step.png" });
  const save = () =>
    canvas.toBlob((image) => {
      link.href = URL.createObjectURL(image);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href));
    });
  return make("div", { class: "live-card" }, canvas, button("Save the card as PNG", save));
}

function paint(pen, facts) {
  const text = (words, x, y, font, colour = "#ffffff") => {
    pen.font = `${font} system-ui, sans-serif`;
    pen.fillStyle = colour;
    pen.fillText(words, x, y, WIDTH - 2 * x);
  };
  pen.fillStyle = "#0b4a45";
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  text("Channels, step by step", 70, 110, "700 60px");
  facts.done.forEach(({ proved }, index) => text(`✓  ${proved}`, 70, 185 + index * 48, "26px"));
  way(pen, 185 + facts.done.length * 48 + 60, text);
  const { python, django, channels } = facts.verdict.versions;
  const day = new Date(facts.verdict.started_at).toLocaleDateString("en-GB", { dateStyle: "long" });
  const built = `Python ${python}, Django ${django}, Channels ${channels}`;
  text([day, spent(facts), built].filter(Boolean).join("   ·   "), 70, HEIGHT - 45, "22px", "#a9d8d2");
}

/** Through which processes a message has gone. */
function way(pen, y, text) {
  const step = (WIDTH - 140 - 160) / (LANES.length - 1);
  LANES.forEach((name, index) => {
    const x = 70 + index * step;
    pen.strokeStyle = pen.fillStyle = "#6fd6c8";
    pen.lineWidth = 3;
    pen.strokeRect(x, y, 160, 70);
    pen.textAlign = "center";
    pen.font = "600 26px system-ui, sans-serif";
    pen.fillText(name, x + 80, y + 44);
    pen.textAlign = "left";
    if (index) pen.fillText("→", x - (step - 160) / 2 - 14, y + 44);
  });
}
