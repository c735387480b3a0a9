// The contribution of each word to the label of a text, by occlusion.

import { meanScores } from "./answers.mjs";
import { evenly, read } from "./bundle.mjs";
import { UNKNOWN } from "./vocabulary.mjs";

const PASSES = 400; // of the model, for one text
const PATIENCE = 12; // ms of work until the page gets its turn

// Returns how far the score of the label falls when each word is replaced by the unknown word.
export async function explain(bundle, model, text, { signal } = {}) {
  const { tokens, runs } = read(bundle, text);
  if (!runs.length) return [];
  const ids = runs.map(({ inputs }) => Object.values(inputs)[0]);
  const scoresOf = (ids) => model.run({ [Object.keys(bundle.inputs)[0]]: ids });
  const outputs = [];
  for (const each of ids) outputs.push(await scoresOf(each));
  const mean = meanScores(bundle, runs, outputs), label = mean.indexOf(Math.max(...mean));
  const falls = [], rest = resting(signal);
  for (const [i, run] of ids.entries()) {
    const most = Math.max(1, Math.floor(PASSES / runs.length) - 1);
    for (const { start, stop } of evenly(run.length, Math.min(most, run.length))) {
      await rest();
      const { scores } = await scoresOf([...run].fill(UNKNOWN, start, stop));
      const fall = (outputs[i].scores[label] - scores[label]) / (stop - start);
      falls.push(...Array(stop - start).fill(fall * run.length / tokens.length));
    }
  }
  return tokens.map(([, , , start, end], i) => (
    { text: text.slice(start, end), start, end, weight: falls[i] }));
}

// Returns a function that lets the page work now and then, and stops when the signal says so.
function resting(signal) {
  let end = performance.now() + PATIENCE;
  return async () => {
    if (performance.now() < end) return;
    await new Promise((proceed) => setTimeout(proceed));
    signal?.throwIfAborted();
    end = performance.now() + PATIENCE;
  };
}
