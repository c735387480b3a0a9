// The page: shows the answers to a text while it is typed.

import { load } from "./zoo.mjs";

const TITLES = {
  "entity-tagging": "Names, as you type",
  "sequence-classification": "A verdict, as you type",
  "token-tagging": "Every token labelled, as you type",
  "word-tagging": "Every word labelled, as you type",
};
const EXAMPLES = {
  "entity-tagging": [
    "George Washington went to Washington.",
    "Angela Merkel met Tim Cook of Apple in Berlin on Monday.",
    "LONDON 1996-08-30 West Indian all-rounder Phil Simmons took four for 38.",
  ],
  "sequence-classification": [
    "I expected little and got a small, warm, funny film. I would watch it again tomorrow.",
    "Two good actors, wasted on a plot that goes nowhere.",
    "The first hour is dull, the second is wonderful.",
  ],
  "token-tagging": ["a(b[c{d}e]f)g", "(open and never closed"],
  "word-tagging": ["The old man the boats."],
};
const SHOWN = 6; // words of an explanation in the list
const LEAST = 0.02; // weight from which a word is marked
const DIRECTIONS = { forward: "From left to right", backward: "From right to left" };

const at = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)}%`.replace("-", "\u2212");

function element(name, properties = {}, ...children) {
  const { style = {}, ...rest } = properties, made = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(style)) made.style.setProperty(key, value);
  made.append(...children);
  return made;
}

const bar = (share, colour) => element("div", { className: "bar", style: { "--c": colour } },
  element("span", { style: { width: percent(share) } }));

// Returns a text as nodes, with a mark around each part; `name` returns what is written in a mark.
function marked(text, parts, markOf) {
  const nodes = [];
  let end = 0;
  for (const part of parts) {
    nodes.push(text.slice(end, part.start), markOf(part));
    end = part.end;
  }
  return [...nodes, text.slice(end)];
}

// How the answers of a tagger are shown.
function taggerView(tagger) {
  const none = tagger.task === "token-tagging" ? tagger.labels[0] : null;
  const colour = (label) => `var(--l${tagger.labels.indexOf(label) % 6})`;
  const mark = (part, ...more) =>
    element("mark", { style: { "--c": colour(part.label) } }, part.text, ...more);
  const tag = ({ label }) => element("span", { className: "tag" }, label);
  const item = (part) => element("li", {}, element("span", {}, part.text),
    element("span", { className: "label" }, part.label), bar(part.score, colour(part.label)),
    element("span", { className: "number" }, percent(part.score)));
  const shown = (answer) => answer.filter(({ label }) => label !== none);
  return {
    marks: (text, answer) => marked(text, shown(answer), (part) => mark(part)),
    answer: (answer) => none === null && answer.length ? [element("ul", {}, ...answer.map(item))] : [],
    alone: (text, answer) => [element("p", { className: "passage", dir: "auto" },
      ...marked(text, shown(answer), (part) => mark(part, ...(none === null ? [tag(part)] : []))))],
  };
}

// How the answers of a classifier are shown, and the words that carry them.
function classifierView(classifier) {
  const colour = (label) => (label === classifier.labels.at(-1) ? "var(--for)" : "var(--against)");
  const towards = (weight) => (weight > 0 ? "for" : "against");
  const verdict = ({ label, score }) => label === null ? [] : [
    element("p", { className: "verdict" }, `${label} ${percent(score)}`), bar(score, colour(label))];
  const mark = (most) => ({ text, weight }) => element("mark", {
    className: towards(weight),
    style: { "--c": `var(--${towards(weight)})`, "--a": `${Math.round(50 * Math.abs(weight) / most)}%` },
  }, text);
  const item = (most) => ({ text, weight }) => element("li", {}, element("span", {}, text),
    element("span", { className: "label" }, towards(weight)),
    bar(Math.abs(weight) / most, `var(--${towards(weight)})`),
    element("span", { className: "number" }, percent(weight)));
  return {
    marks: () => null,
    answer: verdict,
    alone: (text, answer) => verdict(answer),
    words(text, weights) {
      const strong = weights.filter(({ weight }) => Math.abs(weight) >= LEAST);
      const first = strong.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
      const most = Math.abs(first[0]?.weight ?? 1);
      at("marks").replaceChildren(...marked(text, strong, mark(most)));
      at("answer").append(element("ul", {}, ...first.slice(0, SHOWN).map(item(most))));
    },
  };
}

// Returns an answer without its scores, as a string.
const said = (answer) => JSON.stringify(answer, (key, value) => (key === "score" ? undefined : value));

// Returns a function that shows the answers to the text; a newer call ends an older one.
function updating(model, view) {
  let running = new AbortController();
  return async () => {
    running.abort();
    running = new AbortController();
    const { signal } = running, text = at("text").value;
    const start = performance.now(), answer = await model(text), time = performance.now() - start;
    const nodes = view.marks(text, answer);
    at("marks").replaceChildren(...(nodes ?? [text]));
    at("answer").replaceChildren(...view.answer(answer));
    const { length } = model.tokens(text);
    at("status").textContent = `${length} ${length === 1 ? "token" : "tokens"} · ${time.toFixed(1)} ms`;
    await new Promise((proceed) => setTimeout(proceed));
    if (signal.aborted) return;
    at("alone").hidden = !length;
    const directions = [];
    for (const [direction, name] of Object.entries(DIRECTIONS)) {
      const alone = await model(text, { direction }), same = said(alone) === said(answer);
      directions.push(
        element("p", { className: "name" }, `${name}: ${same ? "the same" : "another answer"}`),
        ...view.alone(text, alone));
    }
    at("directions").replaceChildren(...directions);
    if (view.words) view.words(text, await model.explain(text, { signal }));
  };
}

async function open() {
  const model = await load("model/");
  document.title = at("title").textContent = TITLES[model.task];
  const weights = model.quantization === "float32" ? "" : `, ${model.quantization}`;
  at("model").textContent = model.model + weights;
  const view = model.explain ? classifierView(model) : taggerView(model);
  const showing = updating(model, view), field = at("text");
  const update = () => showing().catch((error) => {
    if (error.name !== "AbortError") failed(error);
  });
  for (const text of EXAMPLES[model.task]) {
    const onclick = () => { field.value = text; update(); };
    at("examples").append(element("button", { type: "button", onclick }, text));
  }
  field.value ||= EXAMPLES[model.task][0];
  field.disabled = false;
  field.addEventListener("input", update);
  await update();
  performance.mark("first answer");
}

function failed(error) {
  at("status").textContent = error.message;
  at("status").className = "failed";
}

open().catch(failed);
