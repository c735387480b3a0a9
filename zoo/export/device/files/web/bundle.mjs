// A device bundle, and the runs of the model that a text needs: sections 4, 8, 9 and 11 of
// SPECIFICATION.md.

import { Unicode } from "./characters.mjs";
import { features } from "./features.mjs";
import { splitSentences } from "./sentences.mjs";
import { characterPattern, clean, tokenize, wordPattern } from "./tokens.mjs";
import { Vocabulary } from "./vocabulary.mjs";

const jsonOf = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
const vocabularyFile = (name) => `${name}.vocab`;

// Returns the names of the other files of a bundle, from the content of `bundle.json`.
export function filesOf(bytes) {
  const { vocabularies, markup } = jsonOf(bytes);
  return ["unicode.json", ...vocabularies.map(vocabularyFile), ...(markup ? ["entities.json"] : [])];
}

// Returns the bundle, from a function that returns the content of a file, a Uint8Array.
export function openBundle(bytesOf) {
  const bundle = jsonOf(bytesOf("bundle.json"));
  bundle.vocabularies = Object.fromEntries(
    bundle.vocabularies.map((name) => [name, new Vocabulary(bytesOf(vocabularyFile(name)))]));
  bundle.unicode = new Unicode(jsonOf(bytesOf("unicode.json")));
  bundle.entities = bundle.markup ? jsonOf(bytesOf("entities.json")) : null;
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
  return evenly(length, bundle.cut === "pieces" ? Math.ceil(length / bundle.piece) : 1);
}

function* windows(length, { size, margin }) {
  for (let first = 0, last; first < length; first = last) {
    const start = Math.max(0, first - margin), stop = Math.min(start + size, length);
    last = stop === length ? length : stop - margin;
    yield { start, stop, first, last };
  }
}

// Returns `count` runs of nearly equal length, the longer ones first.
export function evenly(length, count) {
  const short = Math.floor(length / count), runs = [];
  for (let i = 0, start = 0; i < count; i++) {
    const stop = start + short + (i < length % count ? 1 : 0);
    runs.push({ start, stop, first: start, last: stop });
    start = stop;
  }
  return runs;
}

function inputsOf(bundle, words) {
  return Object.fromEntries(
    Object.entries(bundle.inputs).map(([name, kind]) => [name, features[kind](bundle, words)]));
}
