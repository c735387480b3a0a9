// From a text to the model's inputs: sections 1 to 6 and 10 of SPECIFICATION.md.

const PADDING = 0, UNKNOWN = 1;

// Section 1: contents of character classes, for expressions with the flag v.
const S = "\\u{9}-\\u{D}\\u{1C}-\\u{20}\\u{85}\\u{A0}\\u{1680}\\u{2000}-\\u{200A}\\u{2028}\\u{2029}" +
  "\\u{202F}\\u{205F}\\u{3000}";
const A = "\\p{L}\\p{N}", D = "\\p{Nd}", E = `[${A}]--[${D}]`;
const M = "[\\p{M}--[\\u{10000}-\\u{10FFFF}]]\\u{AD}\\u{200C}\\u{200D}\\u{1F3FB}-\\u{1F3FF}";
const W = `${A}_${M}\\u{10000}-\\u{1CFFF}\\u{1DA00}-\\u{1EFFF}`;
const C = "A-Z\\u{C0}-\\u{D6}\\u{D8}-\\u{DE}\\u{391}-\\u{3A9}\\u{410}-\\u{42F}";

// Section 3.
export const characterPattern = () => new RegExp(`[^${S}]`, "gv");

// Section 2.
export function wordPattern(abbreviations) {
  const NOT_LAST = `(?=[${S}]*[^${S}"'”’\\)\\]])`;
  const SHORT = `['’](?:[sSſ]|[mM]|[dD]|[rR][eE]|[vV][eE]|[lL][lL])(?![${W}])`;
  const WORD = "(?:" + [
    `(?:(?:[${E}]\\.){2,}|[${C}]\\.${NOT_LAST})[${W}]*`,
    `(?:${abbreviations.join("|")})\\.${NOT_LAST}`,
    `No\\.(?=[${S}][${D}])`,
    `(?:(?<![${W}])[+.](?=[${D}]))?[${W}]+(?!(?<=[nN])['’][tT](?![${W}]))`,
  ].join("|") + ")";
  const JOIN = "(?:" + [
    `[\\-\\u{2010}\\u{2011}\\&](?=[${W}])`,
    `(?!${SHORT})['’](?=[${W}])`,
    `(?<=[${D}])[.,:\\/](?=[${D}])`,
    `\\.(?=[a-z${D}])`,
    `(?<=[${C}])\\.(?=[${W}])`,
  ].join("|") + ")";
  return new RegExp([
    `[${A}]+(?![^${S}])`,
    `(?:https?:\\/\\/|ftp:\\/\\/|www\\.)[^${S}]*[^${S}.,;:!?"'”’\\)\\]\\}>]`,
    `[${A}_.+\\-]{1,64}@[${A}_\\-]+(?:\\.[${A}_\\-]+)+`,
    `(?<=[${W}])${SHORT}|${SHORT}(?![^${S}])|(?:n['’]t|N['’]T)(?![${W}])`,
    `(?<![^\\n])[${D}]{1,2}\\.(?=[${S}])`,
    `[A-Z]{1,3}\\$`,
    `${WORD}(?:${JOIN}${WORD})*(?:(?:-|\\+{1,2})(?![^${S}]))?`,
    "\\.{2,}|-{2,}|={2,}|\\*{2,}|`{2,}|'{2,}|[!?]{2,}",
    "[\\u{1F1E6}-\\u{1F1FF}]{2}",
    `[^${S}](?:[${M}]|(?<=\\u{200D})[^${S}])*`,
  ].join("|"), "gv");
}

// From offsets in UTF-16 units to offsets in code points, and back.
function offsetsOf(text) {
  const points = [], units = [0];
  for (const character of text) {
    for (const _ of character.split("")) points.push(units.length - 1);
    units.push(units.at(-1) + character.length);
  }
  points.push(units.length - 1);
  return { points, units };
}

// Section 10.
function blankMarkup(text, { named, numeric }) {
  const padded = (character, tag) => character + " ".repeat([...tag].length - 1);
  const line = new RegExp(
    `^<\\/?(?:[bB][rR]|[pP]|[dD][iIİı][vV]|[lL][iIİı]|[tT][rR]|[hH][1-6])(?![${A}_])`, "v");
  const characterOf = (body) => {
    if (!body.startsWith("#")) return Object.hasOwn(named, body) ? named[body] : null;
    const code = /^#x/i.test(body) ? parseInt(body.slice(2), 16) : parseInt(body.slice(1), 10);
    if (Object.hasOwn(numeric, code)) return numeric[code];
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return "\ufffd";
    const none = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
    return none ? null : String.fromCodePoint(code);
  };
  const entity = /&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});/g;
  return text
    .replace(/<\/?[a-zA-Z!][^<>]*>/g, (tag) => padded(line.test(tag) ? "\n" : " ", tag))
    .replace(entity, (whole, body) => {
      const character = characterOf(body);
      return character === null ? whole : padded(character, whole);
    });
}

// Sections 1 to 3: [text, start, end, start, end], first in code points, then in UTF-16 units.
export function tokenize(bundle, text) {
  if (!text.isWellFormed()) throw new RangeError("The text holds a lone surrogate.");
  const read = bundle.markup ? blankMarkup(text, bundle.entities) : text;
  const { points } = offsetsOf(read), { units } = offsetsOf(text);
  return [...read.matchAll(bundle.pattern)].map(({ 0: token, index }) => {
    const start = points[index], end = points[index + token.length];
    return [token, start, end, units[start], units[end]];
  });
}

// Section 4.
export function splitSentences(text, tokens, { ends, closing, never_first, openers }) {
  const [atEnd, closes, neverFirst] = [ends, closing, never_first].map((each) => new Set(each));
  const blankLine = new RegExp(`\\n[${S}]*\\n|\\u{2029}`, "v");
  const sentences = [];
  let ended = false;
  tokens.forEach(([token, , , start], index) => {
    const [before, , , , end] = index ? tokens[index - 1] : ["", 0, 0, 0, start];
    const space = text.slice(end, start);
    const [first] = token;
    const opens = !neverFirst.has(first) || (space !== "" && `"'`.includes(first));
    if (
      index === 0 ||
      (ended && opens && !/^\p{Lowercase}/u.test(token)) ||
      (before.endsWith(".") && openers.includes(token)) ||
      (space.includes("\n") && blankLine.test(space))
    ) {
      sentences.push([]);
      ended = false;
    }
    sentences.at(-1).push(tokens[index]);
    ended = (ended && space === "" && closes.has(token)) || [...token].every((c) => atEnd.has(c));
  });
  return sentences;
}

// Section 5.
export class Vocabulary {
  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0) !== 0x564f4331) throw new Error("This is not a packed vocabulary.");
    const number = (place) => view.getUint32(4 + 4 * place, true);
    this.count = number(0);
    const text = 12 + 8 * this.count;
    this.entry = (i) => bytes.subarray(text + number(1 + i), text + number(2 + i));
    this.id = (i) => number(2 + this.count + i);
  }

  idOf(token) {
    const bytes = new TextEncoder().encode(token);
    let low = 0, high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compareBytes(this.entry(middle), bytes);
      if (order === 0) return this.id(middle);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return UNKNOWN;
  }

  idOfWord(word) {
    const lowered = word.toLowerCase();
    const id = this.idOf(lowered);
    return id !== UNKNOWN ? id : this.idOf(lowered.replace(/\p{Nd}/gu, "0"));
  }
}

function compareBytes(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

// Section 6.
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
