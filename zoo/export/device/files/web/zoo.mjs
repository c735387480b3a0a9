// Reads a device bundle, without dependencies: SPECIFICATION.md in JavaScript. The app runs the
// model itself.
//
//   node zoo.mjs BUNDLE 'A text.'     prints the tokens and the model's inputs
//   node zoo.mjs --check BUNDLE       compares with the golden vectors; exit code 1 on a difference
//
//   const bundle = openBundle(name => the content of that file of the bundle, a Uint8Array);
//   const { tokens, runs } = read(bundle, text);
//   const outputs = runs.map(run => the model's outputs for run.inputs);
//   const result = answer(bundle, text, tokens, runs, outputs);

import { Unicode } from "./characters.mjs";
import { features } from "./features.mjs";
import { splitSentences } from "./sentences.mjs";
import { characterPattern, clean, tokenize, wordPattern } from "./tokens.mjs";
import { Vocabulary } from "./vocabulary.mjs";

// Section 8: whether each token is a URL, a mail address or a handle.
function addresses(tokens) {
  return tokens.map(([token, start], index) => {
    const [before, , end] = index ? tokens[index - 1] : ["", 0, 0];
    return token.includes("@") || token.includes("://") || token.startsWith("www.") ||
      (before === "@" && start === end);
  });
}

// Section 8.
function* windows(length, { size, margin }) {
  for (let first = 0, last; first < length; first = last) {
    const start = Math.max(0, first - margin), stop = Math.min(start + size, length);
    last = stop === length ? length : stop - margin;
    yield { start, stop, first, last };
  }
}

function spansIn(tags) {
  const spans = [];
  let before = ["O", ""];
  tags.forEach((tag, i) => {
    const prefix = tag[0], label = tag.slice(2);
    const continues = "IE".includes(prefix) && "BI".includes(before[0]) && label === before[1];
    if (continues) spans.at(-1).last = i;
    else if (prefix !== "O") spans.push({ label, first: i, last: i });
    before = [prefix, label];
  });
  return spans;
}

// Section 11.
function pieces(length, longest) {
  const count = Math.ceil(length / longest), short = Math.floor(length / count);
  const runs = [];
  for (let i = 0, start = 0; i < count; i++) {
    const stop = start + short + (i < length % count ? 1 : 0);
    runs.push({ start, stop, first: start, last: stop });
    start = stop;
  }
  return runs;
}

// Returns the bundle, from a function that returns the content of a file.
export function openBundle(bytesOf) {
  const json = (name) => JSON.parse(new TextDecoder().decode(bytesOf(name)));
  const bundle = json("bundle.json");
  const vocabularies = bundle.vocabularies.map((n) => [n, new Vocabulary(bytesOf(`${n}.vocab`))]);
  bundle.vocabularies = Object.fromEntries(vocabularies);
  bundle.unicode = new Unicode(json("unicode.json"));
  bundle.entities = bundle.markup ? json("entities.json") : null;
  const words = bundle.tokenizer.kind === "words";
  bundle.pattern = words ? wordPattern(bundle.tokenizer.abbreviations) : characterPattern();
  return bundle;
}

// Returns {tokens, runs}: the tokens of a text and the runs of the model. A run has `inputs` by name,
// `sentence` (tokens), the tokens that it reads (start, stop) and those it labels (first, last).
export function read(bundle, text) {
  const tokens = tokenize(bundle, text);
  const parts = bundle.cut === "sentences"
    ? splitSentences(bundle, clean(bundle, text), tokens) : tokens.length ? [tokens] : [];
  const runs = parts.flatMap((sentence) => cut(bundle, sentence).map((run) => {
    const words = sentence.slice(run.start, run.stop).map(([token]) => token);
    return { ...run, sentence, inputs: inputsOf(bundle, words) };
  }));
  return { tokens, runs };
}

function cut(bundle, { length }) {
  if (bundle.cut === "sentences") return [...windows(length, bundle.window)];
  return pieces(length, bundle.cut === "pieces" ? bundle.piece : length);
}

function inputsOf(bundle, words) {
  return Object.fromEntries(
    Object.entries(bundle.inputs).map(([name, kind]) => [name, features[kind](bundle, words)]));
}

// Returns the answer to a text, from the outputs of each run, by name, without the batch axis.
export function answer(bundle, text, tokens, runs, outputs) {
  if (bundle.answer === "label") return answerLabel(bundle, runs, outputs);
  const parts = tagged(bundle, runs, outputs);
  if (bundle.answer === "spans") return parts.flatMap((part) => spans(bundle, text, ...part));
  return parts.flatMap(([sentence, { tags, scores }]) =>
    sentence.map((token, i) => placed(text, token, token, tags[i], scores[i])));
}

// Returns pairs of tokens and {tags, scores}, one per sentence, or one for a text read whole.
function tagged(bundle, runs, outputs) {
  const sentences = new Map();
  runs.forEach(({ sentence, start, first, last }, run) => {
    if (!sentences.has(sentence)) sentences.set(sentence, { tags: [], scores: [] });
    const { tags, scores } = sentences.get(sentence);
    for (let t = first - start; t < last - start; t++) {
      const tag = outputs[run].tags[t];
      tags.push(bundle.tags[tag]);
      scores.push(outputs[run].scores[t][tag]);
    }
  });
  return [...sentences];
}

function spans(bundle, text, sentence, { tags, scores }) {
  const outside = bundle.addresses ? [] : addresses(sentence);
  return spansIn(tags.map((tag, i) => (outside[i] ? "O" : tag))).map(({ label, first, last }) =>
    placed(text, sentence[first], sentence[last], label,
      scores.slice(first, last + 1).reduce((a, b) => Math.min(a, b))));
}

function answerLabel(bundle, runs, outputs) {
  if (!runs.length) return { label: null, score: 0 };
  const total = runs.at(-1).stop;
  const mean = bundle.labels.map((_, k) =>
    runs.reduce((sum, { start, stop }, i) => sum + outputs[i].scores[k] * (stop - start), 0) / total);
  const best = mean.indexOf(Math.max(...mean));
  return { label: bundle.labels[best], score: mean[best] };
}

function placed(text, [, start, , from], [, , end, , to], label, score) {
  return { text: text.slice(from, to), label, start, end, score };
}

// Section 12: returns one sentence for each difference from the manifest and the golden vectors.
export async function check(bytesOf) {
  const json = (name) => JSON.parse(new TextDecoder().decode(bytesOf(name)));
  const problems = [];
  for (const [name, { sha256 }] of Object.entries(json("manifest.json").files)) {
    if ((await hashOf(bytesOf, name)) !== sha256) problems.push(`${name} is missing or was changed.`);
  }
  if (problems.length) return problems;
  const bundle = openBundle(bytesOf), golden = json("golden.json");
  for (const { name, text, tokens, runs, answer: expected } of golden.texts) {
    const found = read(bundle, text);
    const differ = (part) => problems.push(`Text "${name}": ${part} differ.`);
    if (!same(found.tokens, tokens, 0)) differ("tokens");
    else if (!same(found.runs.map((r) => r.inputs), runs.map((r) => r.inputs), 0)) differ("inputs");
    else {
      const result = answer(bundle, text, found.tokens, found.runs, runs.map((r) => r.outputs));
      if (!same(result, expected, golden.tolerance)) differ("answers");
    }
  }
  return problems;
}

async function hashOf(bytesOf, name) {
  let bytes;
  try {
    bytes = bytesOf(name);
  } catch {
    return null; // no such file
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function same(found, expected, tolerance) {
  if (typeof expected === "number") return Math.abs(found - expected) <= tolerance;
  if (expected === null || typeof expected !== "object") return found === expected;
  const keys = Object.keys(expected);
  return Object.keys(found).length === keys.length &&
    keys.every((key) => same(found[key], expected[key], tolerance));
}

async function main([first, second]) {
  const { readFileSync } = await import("node:fs");
  const [folder, text] = first === "--check" ? [second, null] : [first, second];
  const bytesOf = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
  if (text !== null) {
    const { tokens, runs } = read(openBundle(bytesOf), text);
    console.log(JSON.stringify({ tokens, runs: runs.map(({ inputs }) => inputs) }));
    return;
  }
  const problems = await check(bytesOf);
  console.log(problems.join("\n") || `${folder}: all golden vectors agree.`);
  process.exitCode = problems.length ? 1 : 0;
}

if (globalThis.process?.argv[1]?.endsWith("zoo.mjs")) await main(process.argv.slice(2));
