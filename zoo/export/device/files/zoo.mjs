// A device kit in JavaScript, without dependencies: SPECIFICATION.md as code, all but running the
// model, which is the app's own affair.
//
//   node zoo.mjs KIT 'A text.'     prints the tokens and the model's inputs
//   node zoo.mjs --check KIT       compares with the golden vectors; exit code 1 if they differ
//
//   const kit = openKit(name => bytes of the kit's file of that name, a Uint8Array);
//   const { tokens, runs } = read(kit, text);
//   const outputs = runs.map(run => what the model gives for run.inputs);
//   const result = answer(kit, text, tokens, runs, outputs);

import {
  characterPattern, features, splitSentences, tokenize, Vocabulary, wordPattern,
} from "./text.mjs";

// Section 8.
function* windows(length, { size, margin }) {
  for (let first = 0, last; first < length; first = last) {
    const start = Math.max(0, first - margin), stop = Math.min(start + size, length);
    last = stop === length ? length : stop - margin;
    yield { start, stop, first, last };
  }
}

function namesIn(tags) {
  const names = [];
  let before = ["O", ""];
  tags.forEach((tag, i) => {
    const prefix = tag[0], label = tag.slice(2);
    if ("IE".includes(prefix) && "BI".includes(before[0]) && label === before[1]) names.at(-1).last = i;
    else if (prefix !== "O") names.push({ label, first: i, last: i });
    before = [prefix, label];
  });
  return names;
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

// The kit, from a function that gives the bytes of a file.
export function openKit(bytesOf) {
  const json = (name) => JSON.parse(new TextDecoder().decode(bytesOf(name)));
  const kit = json("kit.json");
  const vocabularies = kit.vocabularies.map((n) => [n, new Vocabulary(bytesOf(`${n}.vocab`))]);
  kit.vocabularies = Object.fromEntries(vocabularies);
  kit.entities = kit.markup ? json("entities.json") : null;
  const words = kit.tokenizer.kind === "words";
  kit.pattern = words ? wordPattern(kit.tokenizer.abbreviations) : characterPattern();
  return kit;
}

// The tokens of a text, and what the model is to be run on: {tokens, runs}; of each run, `inputs`
// by name, `sentence` (its tokens) and which of them are read (start, stop) and kept (first, last).
export function read(kit, text) {
  const tokens = tokenize(kit, text);
  const parts = kit.cut === "sentences"
    ? splitSentences(text, tokens, kit.sentences) : tokens.length ? [tokens] : [];
  const runs = parts.flatMap((sentence) => cut(kit, sentence).map((run) => {
    const words = sentence.slice(run.start, run.stop).map(([token]) => token);
    return { ...run, sentence, inputs: inputsOf(kit, words) };
  }));
  return { tokens, runs };
}

function cut(kit, { length }) {
  if (kit.cut === "sentences") return [...windows(length, kit.window)];
  return pieces(length, kit.cut === "pieces" ? kit.piece : length);
}

function inputsOf(kit, words) {
  return Object.fromEntries(
    Object.entries(kit.inputs).map(([name, kind]) => [name, features[kind](kit, words)]));
}

// The answer to a text, from the model's outputs of each run, by name, without the axis of 1.
export function answer(kit, text, tokens, runs, outputs) {
  if (kit.answer === "label") return answerLabel(kit, runs, outputs);
  const parts = tagged(kit, runs, outputs);
  if (kit.answer === "spans") return parts.flatMap((part) => spans(text, ...part));
  return parts.flatMap(([sentence, { tags, scores }]) =>
    sentence.map((token, i) => placed(text, token, token, tags[i], scores[i])));
}

// The sentences of a text, or the text that is read whole: pairs of its tokens and {tags, scores}.
function tagged(kit, runs, outputs) {
  const sentences = new Map();
  runs.forEach(({ sentence, start, first, last }, run) => {
    if (!sentences.has(sentence)) sentences.set(sentence, { tags: [], scores: [] });
    const { tags, scores } = sentences.get(sentence);
    for (let t = first - start; t < last - start; t++) {
      const tag = outputs[run].tags[t];
      tags.push(kit.tags[tag]);
      scores.push(outputs[run].scores[t][tag]);
    }
  });
  return [...sentences];
}

function spans(text, sentence, { tags, scores }) {
  return namesIn(tags).map(({ label, first, last }) =>
    placed(text, sentence[first], sentence[last], label,
      scores.slice(first, last + 1).reduce((a, b) => Math.min(a, b))));
}

function answerLabel(kit, runs, outputs) {
  if (!runs.length) return { label: null, score: 0 };
  const total = runs.at(-1).stop;
  const mean = kit.labels.map((_, k) =>
    runs.reduce((sum, { start, stop }, i) => sum + outputs[i].scores[k] * (stop - start), 0) / total);
  const best = mean.indexOf(Math.max(...mean));
  return { label: kit.labels[best], score: mean[best] };
}

function placed(text, [, start, , from], [, , end, , to], label, score) {
  return { text: text.slice(from, to), label, start, end, score };
}

// Section 12: a sentence for each thing that is not as the manifest and the golden vectors say.
export async function check(bytesOf) {
  const json = (name) => JSON.parse(new TextDecoder().decode(bytesOf(name)));
  const problems = [];
  for (const [name, { sha256 }] of Object.entries(json("manifest.json").files)) {
    if ((await hashOf(bytesOf, name)) !== sha256) problems.push(`${name} is missing or was changed.`);
  }
  if (problems.length) return problems;
  const kit = openKit(bytesOf), golden = json("golden.json");
  for (const { name, text, tokens, runs, answer: expected } of golden.texts) {
    const found = read(kit, text);
    const differ = (part) => problems.push(`Text "${name}": ${part} differ.`);
    if (!same(found.tokens, tokens, 0)) differ("tokens");
    else if (!same(found.runs.map((r) => r.inputs), runs.map((r) => r.inputs), 0)) differ("inputs");
    else {
      const result = answer(kit, text, found.tokens, found.runs, runs.map((r) => r.outputs));
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
    const { tokens, runs } = read(openKit(bytesOf), text);
    console.log(JSON.stringify({ tokens, runs: runs.map(({ inputs }) => inputs) }));
    return;
  }
  const problems = await check(bytesOf);
  console.log(problems.join("\n") || `${folder}: all golden vectors agree.`);
  process.exitCode = problems.length ? 1 : 0;
}

if (globalThis.process?.argv[1]?.endsWith("zoo.mjs")) await main(process.argv.slice(2));
