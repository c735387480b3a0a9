// Packed vocabularies: section 5 of SPECIFICATION.md.

export const PADDING = 0, UNKNOWN = 1;

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
