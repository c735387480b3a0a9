"""Runs a model with NumPy and LiteRT alone: SPECIFICATION.md in Python.

python example.py model 'A text.'     prints the answer
python example.py model --check       compares with the golden vectors; exit code 1 on a difference
"""

import hashlib
import html
import json
import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

PADDING, UNKNOWN = 0, 1
FILLER = "\ufdd0"
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
LINE_END = r"(?:\r(?!\n)|[\n\u2028])"
Token = tuple[str, int, int]  # text, start, end


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


def token_pattern(abbreviations: list[str]) -> re.Pattern[str]:
    """Compile the expression of one token (section 2)."""
    marks = (c for c in map(chr, range(0x10000)) if unicodedata.category(c)[0] == "M")
    m = "".join(marks) + "\u200c\u200d\U0001f3fb-\U0001f3ff"
    w = rf"\w{m}\U00010000-\U0001cfff\U0001da00-\U0001efff"
    c = "A-ZÀ-ÖØ-ÞΑ-ΩА-Я"
    short = rf"['’](?i:s|m|d|re|ve|ll)(?![{w}])"
    not_last = r"""(?=\s*[^\s"'”’)\]])"""
    word = rf"""(?:(?:(?:[^\W\d_]\.){{2,}}|[{c}]\.{not_last})[{w}]*
        |(?:{"|".join(abbreviations)})\.{not_last}
        |No\.(?=\s\d)
        |(?:(?<![{w}])[+.](?=\d))?[{w}]+(?!(?<=[nN])['’][tT](?![{w}])))"""
    join = rf"""(?:[-‐‑&](?=[{w}])
        |(?!{short})['’](?=[{w}])
        |(?<=\d)[.,:/](?=\d)
        |\.(?=[a-z\d])
        |(?<=[{c}])\.(?=[{w}]))"""
    return re.compile(  # in Python \s, \d and \w mean S, D and A with _
        rf"""[^\W_]+(?!\S)
        |(?:https?://|ftp://|www\.)\S*[^\s.,;:!?"'”’)\]}}>]
        |[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+
        |(?<=[{w}]){short}|{short}(?!\S)|(?:n['’]t|N['’]T)(?![{w}])
        |^\d{{1,2}}\.(?=\s)
        |[A-Z]{{1,3}}\$
        |{word}(?:{join}{word})*(?:(?:-|\+{{1,2}})(?!\S))?
        |\.{{2,}}|-{{2,}}|={{2,}}|\*{{2,}}|`{{2,}}|'{{2,}}|[!?]{{2,}}
        |[\U0001f1e6-\U0001f1ff]{{2}}
        |\S(?:[{m}]|(?<=\u200d)\S)*""",
        re.VERBOSE | re.MULTILINE,
    )


def form_of(character: str) -> str:
    """Return what a character is read as (section 2)."""
    if HIDDEN.match(character):
        return ""
    if character in "‘’“”":
        return "'" if character in "‘’" else '"'
    form = unicodedata.normalize("NFKC", character)
    if character <= "\xff" or "\uff01" <= character <= "\uff5e":
        return character if character <= "\xff" else form
    category, *kinds = map(unicodedata.category, character + form)
    readable = category[0] == "L" or category in ("Nd", "Nl") or [k[0] for k in kinds] == ["L"]
    whole = all(kind[0] in "LM" or kind == "Nd" for kind in kinds)
    return form if readable and whole and character != "\u0149" else character


def shown(text: str) -> list[tuple[str, int, int]]:
    """Return the characters that a text shows, each with its start and end (section 2)."""
    characters: list[tuple[str, int, int]] = []
    for index, character in enumerate(text):
        if character == FILLER and characters and characters[-1][2] == index:
            characters[-1] = (*characters[-1][:2], index + 1)
        characters += ((each, index, index + 1) for each in form_of(character))
    return characters


def split_sentences(text: str, tokens: list[Token], rules: dict[str, Any]) -> list[list[Token]]:
    """Return lists of tokens, one per sentence (section 4)."""
    sentences: list[list[Token]] = []
    ended = False
    line = 0
    for index, (token, start, _) in enumerate(tokens):
        before, _, end = tokens[index - 1] if index else ("", 0, start)
        space = HIDDEN.sub("", text[end:start])
        next_line = re.search(LINE_END, space)
        numbered = token[0].isdecimal() and token[-1] == "."
        listed = numbered or token[0] in rules["bullets"] or end - line < rules["short_line"]
        opens = token[0] not in rules["never_first"] or (space and token[0] in "\"'")
        if (
            index == 0
            or (ended and opens and not token[0].islower())
            or (before.endswith(".") and token in rules["openers"])
            or re.search(rf"[\t\f\u2029]|{LINE_END}\s*{LINE_END}", space)
            or (next_line and listed and not token[0].islower())
        ):
            sentences.append([])
            ended = False
        line = start if next_line or not index else line
        sentences[-1].append((token, start, tokens[index][2]))
        closes = not space and len(token) == 1 and token in rules["closing"]
        ended = (ended and closes) or set(token) <= set(rules["ends"])
    return sentences


def case_of(word: str) -> str:
    """Return the name of a word's case (section 6)."""
    if any(map(str.isdigit, word)):
        return "digits" if word.isdigit() else "some digits"
    if not any(map(str.isalpha, word)):
        return "no letter"
    tests = {"lower": str.islower, "upper": str.isupper, "title": str.istitle}
    return next((name for name, test in tests.items() if test(word)), "mixed")


def blank_markup(text: str) -> str:
    """Return a text with HTML replaced; offsets stay the same (section 10)."""

    def blank(tag):
        ends_line = re.match(r"(?i)</?(?:br|p|div|li|tr|t[dh]|h[1-6])\b", tag[0])
        return ("\n" if ends_line else " ").ljust(len(tag[0]))

    def character(entity):
        found = html.unescape(entity[0])  # the standard library's own entities.json
        return found.ljust(len(entity[0]), FILLER) if len(found) == 1 else entity[0]

    entity = "&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"
    return re.sub(entity, character, re.sub("</?[a-zA-Z!][^<>]*>", blank, text))


def windows(length: int, size: int, margin: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start, stop, first, last): read start:stop, label first:last (section 8)."""
    first = 0
    while first < length:
        start = max(0, first - margin)
        stop = min(start + size, length)
        last = length if stop == length else stop - margin
        yield start, stop, first, last
        first = last


def spans_in(tags: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield (label, first, last) of the spans in the tags of one sentence (section 8)."""
    span, before = None, "O"
    for index, tag in enumerate([*tags, "O"]):
        prefix, _, label = tag.partition("-")
        if span and prefix in "IE" and before in "BI" and label == span[0]:
            span = (label, span[1], index + 1)
        else:
            if span:
                yield span
            span = None if tag == "O" else (label, index, index + 1)
        before = prefix


def addresses(tokens: list[Token]) -> Iterator[bool]:
    """Yield for each token whether it is a URL, a mail address or a handle (section 8)."""
    after = -1
    for token, start, end in tokens:
        inside = "@" in token or "://" in token or token.startswith("www.")
        yield inside or start == after
        after = end if token == "@" else -1


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
