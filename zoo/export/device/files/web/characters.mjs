// Classes of characters, for expressions with the flag v, and offsets: section 1 of
// SPECIFICATION.md.

export const S = "\\u{9}-\\u{D}\\u{1C}-\\u{20}\\u{85}\\u{A0}\\u{1680}\\u{2000}-\\u{200A}\\u{2028}\\u{2029}" +
  "\\u{202F}\\u{205F}\\u{3000}";
export const A = "\\p{L}\\p{N}", D = "\\p{Nd}", E = `[${A}]--[${D}]`;
export const M = "[\\p{M}--[\\u{10000}-\\u{10FFFF}]]\\u{200C}\\u{200D}\\u{1F3FB}-\\u{1F3FF}";
export const W = `${A}_${M}\\u{10000}-\\u{1CFFF}\\u{1DA00}-\\u{1EFFF}`;
export const HIDDEN = new RegExp("[\\u{AD}\\u{34F}\\u{61C}\\u{115F}\\u{1160}\\u{17B4}\\u{17B5}\\u{180B}-\\u{180F}" +
  "\\u{200B}\\u{200E}\\u{200F}\\u{202A}-\\u{202E}\\u{2060}-\\u{206F}\\u{3164}\\u{FDD0}\\u{FE00}-\\u{FE0F}" +
  "\\u{FEFF}\\u{FFA0}\\u{FFF0}-\\u{FFFB}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}]", "gv");
export const FILLER = "\u{FDD0}";
export const LINE_END = "(?:\\r(?!\\n)|[\\n\\u{2028}])";
export const C = "A-Z\\u{C0}-\\u{D6}\\u{D8}-\\u{DE}\\u{391}-\\u{3A9}\\u{410}-\\u{42F}";

// From offsets in code points to offsets in UTF-16 units.
export function unitsOf(text) {
  const units = [0];
  for (const character of text) units.push(units.at(-1) + character.length);
  return units;
}
