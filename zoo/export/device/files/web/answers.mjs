// From the model's outputs to the answer: sections 8, 9 and 11 of SPECIFICATION.md.

// Returns the answer to a text, from what `read` returned and the outputs of each run, by name,
// without the batch axis. Offsets are in UTF-16 units, as in all strings of JavaScript.
export function answer(bundle, text, { runs }, outputs) {
  if (bundle.answer === "label") return answerLabel(bundle, runs, outputs);
  const parts = tagged(bundle, runs, outputs);
  if (bundle.answer === "spans") return parts.flatMap((part) => spans(bundle, text, ...part));
  return parts.flatMap(([sentence, { tags, scores }]) =>
    sentence.map((token, i) => placed(text, token, token, tags[i], scores[i])));
}

// Returns pairs of tokens and {tags, scores}, one per sentence, or one for a text read whole.
function tagged(bundle, runs, outputs) {
  const sentences = new Map();
  runs.forEach(({ sentence, start, first, last }, run) => {
    if (!sentences.has(sentence)) sentences.set(sentence, { tags: [], scores: [] });
    const { tags, scores } = sentences.get(sentence);
    for (let t = first - start; t < last - start; t++) {
      const tag = outputs[run].tags[t];
      tags.push(bundle.tags[tag]);
      scores.push(outputs[run].scores[t][tag]);
    }
  });
  return [...sentences];
}

function spans(bundle, text, sentence, { tags, scores }) {
  const outside = bundle.addresses ? [] : addresses(sentence);
  return spansIn(tags.map((tag, i) => (outside[i] ? "O" : tag))).map(({ label, first, last }) => {
    const span = placed(text, sentence[first], sentence[last], label,
      scores.slice(first, last + 1).reduce((a, b) => Math.min(a, b)));
    return bundle.addresses ? span : withoutUnderscores(span);
  });
}

// Returns a span without the underscores at its edges, as Markdown has them around a name.
function withoutUnderscores(span) {
  const inner = span.text.replace(/^_+|_+$/g, "");
  if (!inner) return span;
  const start = span.start + span.text.indexOf(inner);
  return { ...span, text: inner, start, end: start + inner.length };
}

// Returns whether each token is a URL, a mail address or a handle.
function addresses(tokens) {
  let inside = false;
  return tokens.map(([token, start], index) => {
    const [before, , end] = index ? tokens[index - 1] : ["", 0, -1];
    inside = (inside && start === end) || beginsUrl(tokens.slice(index, index + 4));
    return inside || token.includes("@") || token.includes("://") || token.startsWith("www.") ||
      (before === "@" && start === end);
  });
}

// Returns whether a URL of one or several adjacent tokens begins with the first of the tokens.
function beginsUrl([[first, , end], ...rest]) {
  let following = "", after = end;
  for (const [token, start, stop] of rest) {
    following += start === after ? token : " ";
    after = stop;
  }
  if (/^(https?|ftp)$/i.test(first)) return following.startsWith("://");
  if (/^www$/i.test(first)) return following.startsWith(".");
  return /^www\./i.test(first) && !first.startsWith("www.");
}

function spansIn(tags) {
  const spans = [];
  let before = ["O", ""];
  tags.forEach((tag, i) => {
    const prefix = tag[0], label = tag.slice(2);
    const continues = "IE".includes(prefix) && "BI".includes(before[0]) && label === before[1];
    if (continues) spans.at(-1).last = i;
    else if (prefix !== "O") spans.push({ label, first: i, last: i });
    before = [prefix, label];
  });
  return spans;
}

function answerLabel(bundle, runs, outputs) {
  if (!runs.length) return { label: null, score: 0 };
  const mean = meanScores(bundle, runs, outputs), best = mean.indexOf(Math.max(...mean));
  return { label: bundle.labels[best], score: mean[best] };
}

// Returns the scores of a text: the mean of its pieces' scores, weighted by their lengths.
export function meanScores(bundle, runs, outputs) {
  const total = runs.at(-1).stop;
  return bundle.labels.map((_, k) =>
    runs.reduce((sum, { start, stop }, i) => sum + outputs[i].scores[k] * (stop - start), 0) / total);
}

function placed(text, [, , , start], [, , , , end], label, score) {
  return { text: text.slice(start, end), label, start, end, score };
}
