// Runs a model in a browser. zoo.d.ts has the types.
//
//   import { load } from "./zoo.mjs";
//   const tagger = await load("model/");
//   await tagger("Ada met Bo in Rome.");

import { answer } from "./answers.mjs";
import { filesOf, openBundle, read } from "./bundle.mjs";
import { explain } from "./explain.mjs";
import { openModel } from "./model.mjs";

const RUNTIME = new URL("litert/", import.meta.url).href;
// Factors of the states of the forward and the backward direction.
const DIRECTIONS = { both: [1, 1], forward: [1, 0], backward: [0, 1] };

export async function load(folder, { runtime = RUNTIME } = {}) {
  const base = folder.endsWith("/") ? folder : `${folder}/`;
  const model = openModel(bytesAt(`${base}model.tflite`), runtime);
  return predictorOf(...(await Promise.all([fetchBundle(base), model])));
}

async function fetchBundle(base) {
  const settings = await bytesAt(`${base}bundle.json`), files = { "bundle.json": settings };
  await Promise.all(filesOf(settings).map(async (name) => {
    files[name] = await bytesAt(base + name);
  }));
  return openBundle((name) => files[name]);
}

async function bytesAt(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function predictorOf(bundle, model) {
  const predict = async (text, { direction = "both" } = {}) => {
    if (!Object.hasOwn(DIRECTIONS, direction)) {
      throw new RangeError(`direction must be both, forward or backward, got ${direction}.`);
    }
    const found = read(bundle, text), outputs = [];
    for (const { inputs } of found.runs) {
      outputs.push(await model.run(inputs, DIRECTIONS[direction]));
    }
    return answer(bundle, text, found, outputs);
  };
  predict.model = bundle.name;
  predict.quantization = bundle.file.quantization;
  predict.task = bundle.task;
  predict.labels = bundle.labels;
  predict.tokens = (text) => read(bundle, text).tokens.map(([, , , start, end]) => (
    { text: text.slice(start, end), start, end }));
  if (bundle.answer === "label") {
    predict.explain = (text, options) => explain(bundle, model, text, options);
  }
  return predict;
}
