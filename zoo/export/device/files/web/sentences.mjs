// From tokens to sentences: section 4 of SPECIFICATION.md.

import { HIDDEN, unitsOf } from "./characters.mjs";

const LINE_END = "(?:\\r(?!\\n)|[\\n\\u{2028}])";

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
