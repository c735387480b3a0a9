// From a text to the model's inputs: sections 1 to 6 and 10 of SPECIFICATION.md.

const PADDING = 0, UNKNOWN = 1;

// Section 1.
const SPACE = new RegExp("[\\u{9}-\\u{D}\\u{1C}-\\u{20}\\u{85}\\u{A0}\\u{1680}\\u{2000}-\\u{200A}" +
  "\\u{2028}\\u{2029}\\u{202F}\\u{205F}\\u{3000}]", "u");
const HIDDEN = new RegExp("[\\u{AD}\\u{34F}\\u{61C}\\u{115F}\\u{1160}\\u{17B4}\\u{17B5}\\u{180B}-\\u{180F}" +
  "\\u{200B}\\u{200E}\\u{200F}\\u{202A}-\\u{202E}\\u{2060}-\\u{206F}\\u{3164}\\u{FDD0}\\u{FE00}-\\u{FE0F}" +
  "\\u{FEFF}\\u{FFA0}\\u{FFF0}-\\u{FFFB}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}]", "gu");
const FILLER = "\u{FDD0}";
const LINE_END = "(?:\\r(?!\\n)|[\\n\\u{2028}])";

// Classes and forms of characters, from unicode.json: the platform's version of Unicode is not used.
export class Unicode {
  constructor({ classes, lower, forms }) {
    const members = new Uint16Array(0x110000); // a bit for each class
    this.is = {};
    Object.entries(classes).forEach(([name, lengths], bit) => {
      let end = 0;
      lengths.forEach((length, i) => {
        if (i % 2) for (let c = end; c < end + length; c++) members[c] |= 1 << bit;
        end += length;
      });
      this.is[name] = (character) => (members[character.codePointAt()] >> bit) % 2 === 1;
    });
    const items = (string) => new Map(string.split(" ").map((item) => {
      const [character] = item;
      return [character, item.slice(character.length)];
    }));
    this.lower = items(lower);
    this.forms = items(forms);
  }

  alphanumeric(character) {
    return ["letter", "decimal", "number"].some((name) => this.is[name](character));
  }

  // Section 2: what a character is read as.
  formOf(character) {
    return character.search(HIDDEN) === 0 ? "" : this.forms.get(character) ?? character;
  }

  lowered(string) {
    const characters = [...string];
    const meetsCased = (i, step) => {
      do i += step; while (characters[i] && this.is.ignored(characters[i]));
      return characters[i] !== undefined && this.is.cased(characters[i]);
    };
    return characters.map((character, i) => {
      if (character !== "\u{3A3}") return this.lower.get(character) ?? character;
      return meetsCased(i, -1) && !meetsCased(i, 1) ? "ς" : "σ";
    }).join("");
  }
}

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
    if (character === FILLER && ends.at(-1) === index) ends[ends.length - 1] = index + 1;
    for (const each of formOf(character)) {
      read.push(each);
      starts.push(index);
      ends.push(index + 1);
    }
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

// Sections 1 to 3: [text, start, end, start, end], first in code points, then in UTF-16 units.
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

// Section 4.
export function splitSentences({ unicode, sentences: rules }, text, tokens) {
  const [atEnd, closes, neverFirst, bullets] =
    [rules.ends, rules.closing, rules.never_first, rules.bullets].map((each) => new Set(each));
  const lineEnd = new RegExp(LINE_END, "u");
  const gap = new RegExp(`[\\t\\f\\u{2029}]|${LINE_END}.*${LINE_END}`, "su"); // it is all white space
  const units = unitsOf(text);  // without markup, a text can have fewer
  const sentences = [];
  let ended = false, line = 0;
  tokens.forEach(([token, start], index) => {
    const [before, , end] = index ? tokens[index - 1] : ["", 0, start];
    const space = text.slice(units[end], units[start]).replace(HIDDEN, "");
    const [first] = token;
    const small = unicode.is.lower(first), nextLine = lineEnd.test(space);
    const opens = !neverFirst.has(first) || (space !== "" && `"'`.includes(first));
    const listed = end - line < rules.short_line || bullets.has(first) ||
      (unicode.is.decimal(first) && token.endsWith("."));
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
    if (/\p{Cs}/u.test(token)) return UNKNOWN; // half of a pair has no UTF-8
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

  idOfWord(word, unicode) {
    const lowered = unicode.lowered(word);
    const id = this.idOf(lowered);
    if (id !== UNKNOWN) return id;
    return this.idOf([...lowered].map((c) => (unicode.is.decimal(c) ? "0" : c)).join(""));
  }
}

function compareBytes(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

// Section 6.
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
