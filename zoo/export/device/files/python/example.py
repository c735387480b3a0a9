"""Runs a model with NumPy and LiteRT alone: SPECIFICATION.md in Python.

python example.py model 'A text.'     prints the answer
python example.py model --check       compares with the golden vectors; exit code 1 on a difference
"""

import hashlib
import json
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from reading import (
    Token,
    addresses,
    blank_markup,
    case_of,
    shown,
    spans_in,
    split_sentences,
    token_pattern,
    windows,
    without_underscores,
)

PADDING, UNKNOWN = 0, 1


class Vocabulary:
    """A packed vocabulary, searched in its memory-mapped file (section 5)."""

    def __init__(self, path: Path) -> None:
        data = np.memmap(path, mode="r")
        if bytes(data[:4]) != b"VOC1":
            raise ValueError(f"{path} is not a packed vocabulary.")
        (self._count,) = data[4:8].view("<u4").tolist()
        numbers = data[8 : 12 + 8 * self._count].view("<u4")
        self._offsets, self._ids = np.split(numbers, [self._count + 1])
        self._text = data[12 + 8 * self._count :]

    def __len__(self):
        return self._count

    def __getitem__(self, index):
        return bytes(self._text[self._offsets[index] : self._offsets[index + 1]])

    def id_of(self, token: str) -> int:
        """Return the id of a token, 1 if it is unknown."""
        entry = token.encode("utf-8", "surrogatepass")
        index = bisect_left(self, entry)
        return int(self._ids[index]) if index < len(self) and self[index] == entry else UNKNOWN

    def id_of_word(self, word: str) -> int:
        """Return the id of a word, in lower case; if unknown, with digits as 0, too."""
        lowered = word.lower()
        found = self.id_of(lowered)
        return found if found != UNKNOWN else self.id_of(re.sub(r"\d", "0", lowered))


class Bundle:
    """A model with its settings and vocabularies. Call it on a text for the answer."""

    def __init__(self, folder: str | Path) -> None:
        folder = Path(folder)
        self.settings = json.loads((folder / "bundle.json").read_text("utf-8"))
        self.vocabularies = {path.stem: Vocabulary(path) for path in folder.glob("*.vocab")}
        kind = self.settings["tokenizer"]
        words = kind["kind"] == "words"
        self.pattern = token_pattern(kind["abbreviations"]) if words else re.compile(r"\S")
        self._interpreter = Interpreter(str(folder / "model.tflite"), num_threads=1)
        self._interpreter.allocate_tensors()
        self._runner = self._interpreter.get_signature_runner("serving_default")
        self.runs: list[dict[str, Any]] = []  # of the last text

    def __call__(self, text: str) -> Any:
        """Return the answer to a text: a list of dicts, or one dict for a whole text."""
        self.runs = []
        answers = {"spans": self._spans, "tokens": self._labels, "label": self._label}
        return answers[self.settings["answer"]](text, self.tokens(text))

    def clean(self, text: str) -> str:
        """Return the text without markup, if the model asks for it."""
        return blank_markup(text) if self.settings["markup"] else text

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of a text: (text, start, end) each."""
        if self.settings["tokenizer"]["kind"] == "characters":
            return [(match[0], *match.span()) for match in self.pattern.finditer(text)]
        read = shown(self.clean(text))
        matches = self.pattern.finditer("".join(character for character, _, _ in read))
        return [(m[0], read[m.start()][1], read[m.end() - 1][2]) for m in matches]

    def _run(self, **inputs):
        self._interpreter.reset_all_variables()  # the fused LSTM operator keeps its state
        arrays = {name: np.array([values], "int32") for name, values in inputs.items()}
        outputs = {name: value[0] for name, value in self._runner(**arrays).items()}
        self.runs.append({"inputs": inputs, "outputs": outputs})
        return outputs

    def _characters(self, words):
        longest, characters = self.settings["longest_word"], self.vocabularies["characters"]
        half = longest // 2
        short = (w if len(w) <= longest else w[:half] + w[-half:] for w in words)
        rows = [[*map(characters.id_of, word)] for word in short]
        width = max(map(len, rows))
        return [ids + [PADDING] * (width - len(ids)) for ids in rows]

    def _inputs(self, words):
        features = {
            "tokens": lambda: [*map(self.vocabularies["vocabulary"].id_of, words)],
            "words": lambda: [*map(self.vocabularies["words"].id_of_word, words)],
            "characters": lambda: self._characters(words),
            "cases": lambda: [self.settings["cases"].index(case_of(word)) for word in words],
        }
        return {name: features[kind]() for name, kind in self.settings["inputs"].items()}

    def _tagged(self, text, tokens):
        """Yield the tokens, tags and scores of each sentence, or of a text that is read whole."""
        parts, window = [tokens] if tokens else [], {"size": len(tokens) + 1, "margin": 0}
        if self.settings["cut"] == "sentences":
            parts = split_sentences(self.clean(text), tokens, self.settings["sentences"])
            window = self.settings["window"]
        for part in parts:
            tags, scores = [], []
            for start, stop, first, last in windows(len(part), **window):
                outputs = self._run(**self._inputs([t[0] for t in part[start:stop]]))
                for t in range(first - start, last - start):
                    tags.append(self.settings["tags"][outputs["tags"][t]])
                    scores.append(float(outputs["scores"][t][outputs["tags"][t]]))
            yield part, tags, scores

    def _spans(self, text, tokens):
        answers = []
        for part, tags, scores in self._tagged(text, tokens):
            if not self.settings["addresses"]:
                found = zip(tags, addresses(part), strict=True)
                tags = ["O" if address else tag for tag, address in found]
            for label, first, last in spans_in(tags):
                edges = (part[first][1], part[last - 1][2])
                if not self.settings["addresses"]:
                    edges = without_underscores(text, *edges)
                answers.append(_answer(text, *edges, label, min(scores[first:last])))
        return answers

    def _labels(self, text, tokens):
        return [
            _answer(text, start, end, tag, score)
            for part in self._tagged(text, tokens)
            for (_, start, end), tag, score in zip(*part, strict=True)
        ]

    def _label(self, text, tokens):
        if not tokens:
            return {"label": None, "score": 0.0}
        words = [token[0] for token in tokens]
        cuts = np.array_split(np.arange(len(words)), -(-len(words) // self.settings["piece"]))
        pieces = [words[cut[0] : cut[-1] + 1] for cut in cuts]
        scores = [self._run(**self._inputs(piece))["scores"].astype("float64") for piece in pieces]
        mean = np.average(scores, axis=0, weights=[*map(len, pieces)])
        best = int(mean.argmax())
        return {"label": self.settings["labels"][best], "score": float(mean[best])}


def _answer(text, start, end, label, score):
    return {"text": text[start:end], "label": label, "start": start, "end": end, "score": score}


def check(folder: str | Path) -> Iterator[str]:
    """Yield one sentence for each difference from the manifest and the golden vectors."""
    folder, broken = Path(folder), False
    for name, record in json.loads((folder / "manifest.json").read_text("utf-8"))["files"].items():
        content = (folder / name).read_bytes() if (folder / name).is_file() else b""
        if hashlib.sha256(content).hexdigest() != record["sha256"]:
            broken = True
            yield f"{name} is missing or was changed."
    if broken:
        return
    bundle, golden = Bundle(folder), json.loads((folder / "golden.json").read_text("utf-8"))
    for vector in golden["texts"]:
        text = vector["text"]
        units = [*accumulate((1 + (c > "\uffff") for c in text), initial=0)]
        tokens = [(token, i, j, units[i], units[j]) for token, i, j in bundle.tokens(text)]
        found = {"answer": bundle(text), "tokens": tokens, "runs": bundle.runs}
        for part, value in found.items():
            if not same(value, vector[part], golden["tolerance"]):
                yield f"Text {vector['name']!r}: {part} differ."


def same(found: Any, expected: Any, tolerance: float) -> bool:
    """Return whether two JSON values are equal, numbers within the tolerance."""
    if isinstance(expected, dict):
        keys = found.keys() == expected.keys()
        return keys and all(same(found[key], expected[key], tolerance) for key in expected)
    if isinstance(expected, list):
        pairs = zip(found, expected, strict=False)
        return len(found) == len(expected) and all(same(*pair, tolerance) for pair in pairs)
    if isinstance(expected, (int, float)):
        return abs(found - expected) <= tolerance
    return found == expected


def main(folder: str, text: str) -> int:
    """Answer a text, or check the bundle; return the exit code."""
    if text != "--check":
        print(json.dumps(Bundle(folder)(text), ensure_ascii=False, indent=1))
        return 0
    problems = [*check(folder)]
    print(*(problems or [f"{folder}: all golden vectors agree."]), sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
