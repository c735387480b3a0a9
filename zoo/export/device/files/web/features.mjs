// From words to the inputs of the model: section 6 of SPECIFICATION.md.

import { PADDING } from "./vocabulary.mjs";

function caseOf(word, { is }, otherDigits) {
  const characters = [...word];
  const isDigit = (c) => is.decimal(c) ||
    otherDigits.some(([first, last]) => first <= c.codePointAt() && c.codePointAt() <= last);
  if (characters.every(isDigit)) return "digits";
  if (characters.some(isDigit)) return "some digits";
  if (!characters.some(is.letter)) return "no letter";
  const kinds = characters.map((c) =>
    is.upper(c) || is.title(c) ? "capital" : is.lower(c) ? "small" : "none");
  if (kinds.includes("small") && !kinds.includes("capital")) return "lower";
  const proper = (kind, i) => {
    const first = i === 0 || kinds[i - 1] === "none";
    return kind === "none" || first === (kind === "capital");
  };
  if (!kinds.includes("small") && characters.some(is.upper) && !characters.some(is.title)) return "upper";
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
  words: (bundle, words) =>
    words.map((word) => bundle.vocabularies.words.idOfWord(word, bundle.unicode)),
  characters: characterIds,
  cases: (bundle, words) =>
    words.map((word) => bundle.cases.indexOf(caseOf(word, bundle.unicode, bundle.other_digits))),
};
