// From a text to its tokens: sections 2, 3 and 10 of SPECIFICATION.md.

import { FILLER, SPACE, unitsOf } from "./characters.mjs";

// The expressions see a sketch of a text: one unit for each character, which stands for all
// characters that they treat alike.
const SKETCHED = { space: " ", digit: "0", letter: "ª", capital: "À", mark: "\u{301}", script: "‿",
  flag: "⚑", other: "¤" };
const LITERALS = "\n\u{17F}\u{3A2}\u{200D}\u{2010}\u{2011}\u{2019}\u{201D}";

function sketchOf(character, unicode) {
  const within = (...ranges) =>
    ranges.some(([first, last]) => first <= character.codePointAt() && character.codePointAt() <= last);
  if (LITERALS.includes(character)) return character;
  if (SPACE.test(character)) return SKETCHED.space;
  if (within([0, 0x7f])) return character;
  if (unicode.is.decimal(character)) return SKETCHED.digit;
  if (unicode.alphanumeric(character)) {
    const capital = within([0xc0, 0xd6], [0xd8, 0xde], [0x391, 0x3a9], [0x410, 0x42f]);
    return capital ? SKETCHED.capital : SKETCHED.letter;
  }
  if (unicode.is.mark(character) || within([0x200c, 0x200c], [0x1f3fb, 0x1f3ff])) return SKETCHED.mark;
  if (within([0x10000, 0x1cfff], [0x1da00, 0x1efff])) return SKETCHED.script;
  return within([0x1f1e6, 0x1f1ff]) ? SKETCHED.flag : SKETCHED.other;
}

const S = " \\n", D = "0-9", E = "a-zA-ZªÀſ", A = E + D, M = "\\u{301}\\u{200D}", W = `${A}_${M}‿`;
const C = "A-ZÀ\\u{3A2}";

// Section 3.
export const characterPattern = () => new RegExp(`[^${S}]`, "gu");

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
    `[\\-\\u{2010}\\u{2011}&](?=[${W}])`,
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
    "⚑{2}",
    `[^${S}](?:[${M}]|(?<=\\u{200D})[^${S}])*`,
  ].join("|"), "gu");
}

// Section 2: what a text is read as: characters, and the start and end of each in code points.
function shown(text, formOf) {
  const read = [], starts = [], ends = [];
  let index = 0;
  for (const character of text) {
    const form = formOf(character);
    if (character === FILLER && form === "" && ends.at(-1) === index) ends[ends.length - 1] = index + 1;
    for (const each of form) {
      read.push(each);
      starts.push(index);
      ends.push(index + 1);
    }
    index += 1;
  }
  return { read, starts, ends };
}

// Section 10.
function blankMarkup(text, unicode, { named, numeric }) {
  const padded = (character, tag, space) => character + space.repeat([...tag].length - 1);
  const line = /^<\/?(?:[bB][rR]|[pP]|[dD][iIİı][vV]|[lL][iIİı]|[tT][rRdDhH]|[hH][1-6])(.)/su;
  const endsLine = (tag) => {
    const next = line.exec(tag)?.[1];
    return next !== undefined && next !== "_" && !unicode.alphanumeric(next);
  };
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
    .replace(/<\/?[a-zA-Z!][^<>]*>/g, (tag) => padded(endsLine(tag) ? "\n" : " ", tag, " "))
    .replace(entity, (whole, body) => {
      const character = characterOf(body);
      return character === null ? whole : padded(character, whole, FILLER);
    });
}

// Returns a text without markup, if the model asks for it.
export const clean = (bundle, text) =>
  bundle.markup ? blankMarkup(text, bundle.unicode, bundle.entities) : text;

// Returns the tokens of a text: [text, start, end, start, end], first in code points, then in UTF-16 units.
export function tokenize(bundle, text) {
  const { unicode } = bundle, units = unitsOf(text);
  const formOf = bundle.tokenizer.kind === "words" ? (c) => unicode.formOf(c) : (c) => c;
  const { read, starts, ends } = shown(clean(bundle, text), formOf);
  const sketch = read.map((character) => sketchOf(character, unicode)).join("");
  return [...sketch.matchAll(bundle.pattern)].map(({ 0: { length }, index }) => {
    const start = starts[index], end = ends[index + length - 1];
    return [read.slice(index, index + length).join(""), start, end, units[start], units[end]];
  });
}
