// From a text to its tokens: sections 2, 3 and 10 of SPECIFICATION.md.

import { A, C, D, E, FILLER, HIDDEN, M, S, unitsOf, W } from "./characters.mjs";

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

// Returns the tokens of a text: [text, start, end, start, end], in code points, then in UTF-16 units.
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
