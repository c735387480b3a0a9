// Classes and forms of characters, and offsets: section 1 of SPECIFICATION.md.

export const SPACE = new RegExp("[\\u{9}-\\u{D}\\u{1C}-\\u{20}\\u{85}\\u{A0}\\u{1680}\\u{2000}-\\u{200A}" +
  "\\u{2028}\\u{2029}\\u{202F}\\u{205F}\\u{3000}]", "u");
export const HIDDEN = new RegExp("[\\u{AD}\\u{34F}\\u{61C}\\u{115F}\\u{1160}\\u{17B4}\\u{17B5}\\u{180B}-\\u{180F}" +
  "\\u{200B}\\u{200E}\\u{200F}\\u{202A}-\\u{202E}\\u{2060}-\\u{206F}\\u{3164}\\u{FDD0}\\u{FE00}-\\u{FE0F}" +
  "\\u{FEFF}\\u{FFA0}\\u{FFF0}-\\u{FFFB}\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}]", "gu");
export const FILLER = "\u{FDD0}";

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

// From offsets in code points to offsets in UTF-16 units.
export function unitsOf(text) {
  const units = [0];
  for (const character of text) units.push(units.at(-1) + character.length);
  return units;
}
