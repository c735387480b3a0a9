// Compares these modules with the golden vectors of a bundle: section 12 of SPECIFICATION.md. The
// model does not run: its recorded outputs are used.
//
//   node check.mjs model               exit code 1 on a difference
//   node check.mjs model 'A text.'     prints the tokens and the model's inputs

import { readFileSync } from "node:fs";

import { answer } from "./answers.mjs";
import { openBundle, read } from "./bundle.mjs";
import { unitsOf } from "./characters.mjs";

// Returns one sentence for each difference.
async function check(bytesOf) {
  const json = (name) => JSON.parse(new TextDecoder().decode(bytesOf(name)));
  const problems = [];
  for (const [name, { sha256 }] of Object.entries(json("manifest.json").files)) {
    if ((await hashOf(bytesOf, name)) !== sha256) problems.push(`${name} is missing or was changed.`);
  }
  if (problems.length) return problems;
  const bundle = openBundle(bytesOf), golden = json("golden.json");
  for (const vector of golden.texts) {
    const part = differingPart(bundle, vector, golden.tolerance);
    if (part) problems.push(`Text "${vector.name}": ${part} differ.`);
  }
  return problems;
}

function differingPart(bundle, { text, tokens, runs, answer: expected }, tolerance) {
  const found = read(bundle, text), inputs = (runs) => runs.map((run) => run.inputs);
  if (!same(found.tokens, tokens, 0)) return "tokens";
  if (!same(inputs(found.runs), inputs(runs), 0)) return "inputs";
  const result = answer(bundle, text, found, runs.map((run) => run.outputs));
  return same(result, inUnits(text, expected), tolerance) ? null : "answers";
}

// Returns the answer with offsets in UTF-16 units instead of code points.
function inUnits(text, answer) {
  if (!Array.isArray(answer)) return answer;
  const units = unitsOf(text);
  return answer.map((part) => ({ ...part, start: units[part.start], end: units[part.end] }));
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

const [folder, text] = process.argv.slice(2);
const bytesOf = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
if (text === undefined) {
  const problems = await check(bytesOf);
  console.log(problems.join("\n") || `${folder}: all golden vectors agree.`);
  process.exitCode = problems.length ? 1 : 0;
} else {
  const { tokens, runs } = read(openBundle(bytesOf), text);
  console.log(JSON.stringify({ tokens, runs: runs.map(({ inputs }) => inputs) }));
}
