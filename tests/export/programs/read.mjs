// Prints what a bundle makes of each text of a file, a line each: tokens and the model's inputs.
//
//   node read.mjs MODULE BUNDLE TEXTS

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, bundleFolder, texts] = process.argv.slice(2);
const { openBundle, read } = await import(pathToFileURL(module));
const bundle = openBundle((name) => new Uint8Array(readFileSync(`${bundleFolder}/${name}`)));
for (const line of readFileSync(texts, "utf-8").trimEnd().split("\n")) {
  const { tokens, runs } = read(bundle, JSON.parse(line));
  const inputs = runs.map((run) => Object.fromEntries(
    Object.entries(run.inputs).map(([name, values]) => [name, values.flat()])));
  console.log(JSON.stringify({ tokens, inputs }));
}
