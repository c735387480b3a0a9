// From a text to the model's inputs: sections 1 to 6 and 10 of SPECIFICATION.md.

const PADDING = 0, UNKNOWN = 1;

// Section 1: contents of character classes, for expressions with the flag v.
const S = "\\u{9}-\\u{D}\\u{1C}-\\u{20}\\u{85}\\u{A0}\\u{1680}\\u{2000}-\\u{200A}\\u{2028}\\u{2029}" +
  "\\u{202F}\\u{205F}\\u{3000}";
const A = "\\p{L}\\p{N}", D = "\\p{Nd}", E = `[${A}]--[${D}]`;
const M = "[\\p{M}--[\\u{10000}-\\u{10FFFF}]]\\u{200C}\\u{200D}\\u{1F3FB}-\\u{1F3FF}";
const W = `${A}_${M}\\u{10000}-\\u{1CFFF}\\u{1DA00}-\\u{1EFFF}`;
const HIDDEN = new RegExp("[\\u{AD}\\u{34F}\\u{61C}\\u{115F}\\u{1160}\\u{17B4}\\u{17B5}\\u{180B}-\\u{180F}" +
  "\\u{200B}\\u{200E}\\u{200F}\\u{202A}-\\u{202E}\\u{2060}-\\u{206F}\\u{3164}\\u{FDD0}\\u{FE00}-\\u{FE0F}" +
  "\\u{FEFF}\\u{FFA0}\\u{FFF0}-\\u{FFFB}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}]", "gv");
const FILLER = "\u{FDD0}";
const LINE_END = "(?:\\r(?!\\n)|[\\n\\u{2028}])";
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

// Section 2: what a character is read as.
function formOf(character) {
  if (character.search(HIDDEN) === 0) return "";
  if (character <= "\u{FF}") return character;
  const form = character.normalize("NFKC");
  if (/^[\u{FF01}-\u{FF5E}]$/v.test(character)) return form;
  const readable = /^[\p{L}\p{Nd}\p{Nl}]$/v.test(character) || /^\p{L}$/v.test(form);
  const whole = /^[\p{L}\p{Nd}\p{M}]+$/v.test(form);
  return readable && whole && character !== "\u{149}" ? form : character;
}

// Section 2: what a text shows, and the start and end of each of its UTF-16 units in code points.
function shown(text) {
  const starts = [], ends = [];
  let read = "", index = 0;
  for (const character of text) {
    if (character === FILLER && ends.at(-1) === index) ends[ends.length - 1] = index + 1;
    const form = formOf(character);
    for (const _ of form.split("")) starts.push(index), ends.push(index + 1);
    read += form;
    index += 1;
  }
  return { read, starts, ends };
}

// From offsets in code points to offsets in UTF-16 units.
function unitsOf(text) {
  const units = [0];
  for (const character of text) units.push(units.at(-1) + character.length);
  return units;
}

// Section 10.
function blankMarkup(text, { named, numeric }) {
  const padded = (character, tag, space) => character + space.repeat([...tag].length - 1);
  const line = new RegExp(
    `^<\\/?(?:[bB][rR]|[pP]|[dD][iIİı][vV]|[lL][iIİı]|[tT][rRdDhH]|[hH][1-6])(?![${A}_])`, "v");
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
    .replace(/<\/?[a-zA-Z!][^<>]*>/g, (tag) => padded(line.test(tag) ? "\n" : " ", tag, " "))
    .replace(entity, (whole, body) => {
      const character = characterOf(body);
      return character === null ? whole : padded(character, whole, FILLER);
    });
}

// Returns a text without markup, if the model asks for it.
export const clean = (bundle, text) => bundle.markup ? blankMarkup(text, bundle.entities) : text;

// Sections 1 to 3: [text, start, end, start, end], first in code points, then in UTF-16 units.
export function tokenize(bundle, text) {
  if (!text.isWellFormed()) throw new RangeError("The text holds a lone surrogate.");
  const units = unitsOf(text);
  const { read, starts, ends } = bundle.tokenizer.kind === "words"
    ? shown(clean(bundle, text)) : unchanged(text);
  return [...read.matchAll(bundle.pattern)].map(({ 0: token, index }) => {
    const start = starts[index], end = ends[index + token.length - 1];
    return [token, start, end, units[start], units[end]];
  });
}

function unchanged(text) {
  const starts = [...text].flatMap((character, index) => character.split("").map(() => index));
  return { read: text, starts, ends: starts.map((start) => start + 1) };
}

// Section 4.
export function splitSentences(text, tokens, rules) {
  const [atEnd, closes, neverFirst, bullets] =
    [rules.ends, rules.closing, rules.never_first, rules.bullets].map((each) => new Set(each));
  const lineEnd = new RegExp(LINE_END, "v");
  const gap = new RegExp(`[\\t\\f\\u{2029}]|${LINE_END}[${S}]*${LINE_END}`, "v");
  const units = unitsOf(text);  // without markup, a text can have fewer
  const sentences = [];
  let ended = false, line = 0;
  tokens.forEach(([token, start], index) => {
    const [before, , end] = index ? tokens[index - 1] : ["", 0, start];
    const space = text.slice(units[end], units[start]).replace(HIDDEN, "");
    const [first] = token;
    const small = /^\p{Lowercase}/u.test(token), nextLine = lineEnd.test(space);
    const opens = !neverFirst.has(first) || (space !== "" && `"'`.includes(first));
    const listed = end - line < rules.short_line || bullets.has(first) ||
      (/^\p{Nd}/u.test(token) && token.endsWith("."));
    if (
      index === 0 ||
      (ended && opens && !small) ||
      (before.endsWith(".") && rules.openers.includes(token)) ||
      gap.test(space) ||
      (nextLine && listed && !small)
    ) {
      sentences.push([]);
      ended = false;
    }
    if (nextLine || index === 0) line = start;
    sentences.at(-1).push(tokens[index]);
    ended = (ended && space === "" && closes.has(token)) || [...token].every((c) => atEnd.has(c));
  });
  return sentences;
}

// Section 8: whether each token is a URL, a mail address or a handle.
export function addresses(tokens) {
  return tokens.map(([token, start], index) => {
    const [before, , end] = index ? tokens[index - 1] : ["", 0, 0];
    return token.includes("@") || token.includes("://") || token.startsWith("www.") ||
      (before === "@" && start === end);
  });
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
