// From words to the inputs of the model: section 6 of SPECIFICATION.md.

import { PADDING } from "./vocabulary.mjs";

function caseOf(word, otherDigits) {
  const characters = [...word];
  const isDigit = (c) => /\p{Nd}/u.test(c) ||
    otherDigits.some(([first, last]) => first <= c.codePointAt() && c.codePointAt() <= last);
  if (characters.every(isDigit)) return "digits";
  if (characters.some(isDigit)) return "some digits";
  if (!/\p{L}/u.test(word)) return "no letter";
  const kinds = characters.map((c) =>
    /[\p{Uppercase}\p{Lt}]/u.test(c) ? "capital" : /\p{Lowercase}/u.test(c) ? "small" : "none");
  if (kinds.includes("small") && !kinds.includes("capital")) return "lower";
  const proper = (kind, i) => {
    const first = i === 0 || kinds[i - 1] === "none";
    return kind === "none" || first === (kind === "capital");
  };
  if (!kinds.includes("small") && /\p{Uppercase}/u.test(word) && !/\p{Lt}/u.test(word)) return "upper";
  return kinds.includes("capital") && kinds.every(proper) ? "title" : "mixed";
}

function characterIds(bundle, words) {
  const half = bundle.longest_word / 2;
  const ids = words.map((word) => {
    const characters = [...word];
    const read = characters.length <= bundle.longest_word
      ? characters : [...characters.slice(0, half), ...characters.slice(-half)];
    return read.map((c) => bundle.vocabularies.characters.idOf(c));
  });
  const width = Math.max(...ids.map((each) => each.length));
  return ids.map((each) => [...each, ...Array(width - each.length).fill(PADDING)]);
}

// Functions from words to the values of a feature, by the feature's name.
export const features = {
  tokens: (bundle, words) => words.map((word) => bundle.vocabularies.vocabulary.idOf(word)),
  words: (bundle, words) => words.map((word) => bundle.vocabularies.words.idOfWord(word)),
  characters: characterIds,
  cases: (bundle, words) =>
    words.map((word) => bundle.cases.indexOf(caseOf(word, bundle.other_digits))),
};
