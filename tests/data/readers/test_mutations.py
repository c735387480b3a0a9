"""The law of readers: a damaged file is read as what it holds, or refused with its place."""

import csv
import io
import json
import random
import re
from collections import Counter

import pytest

from zoo.data import EntityReader, TagReader, TextReader, read_vectors
from zoo.errors import CorpusError
from zoo.text.shown import shown

QUICK, ALL = 200, 20_000
LINE_END = re.compile("\r\n|\r|\n")
# What is inserted into a file: ends of lines, separators, marks, quotes, and what looks like them.
PARTS = [
    *("\n", "\r", "\r\n", "\n\n", "\t", " ", ",", ";", '"', '""', "'", "\\", "\ufeff", "\u2028"),
    *("\x85", "\x0b", "\x0c", "\x1c", "\xa0", "\u200b", "é", "🎉", "#", "-", "nan", "-DOCSTART-"),
    *("O", "B-", "I-X", "E-X", "{", "}", "[", "]", ":", "0", "1", "-1", "null", "\\ud800", "label"),
    *("_", "=", "|"),
    *(b"\xff", b"\xe9", b"\x00", b"\xff\xfe", b"\xc3"),
]  # fmt: skip

CONLL = "Ada\tB-PER\nLovelace\tI-PER\nwrote\tO\n\n-DOCSTART-\tO\n\nZoë\tB-PER\nsaid\tO\n,\tO\n"
CONLLU = "".join(
    f"# text = {n}\n" + "".join(f"{i}\tw{i}\t_\tNOUN\t_\t_\t0\t_\t_\t_\n" for i in "123") + "\n"
    for n in range(2)
)
CSV = 'id,text,label\n1,"Good, really",pos\n2,"He said ""no"".\nTwice",neg\n3,Bad,neg\n'
TSV = 'text\tlabel\nGood, really\tpos\n"He said ""no"""\tneg\nBad\tneg\n'
JSONL = '{"text": "Good, réally", "label": "pos"}\n{"label": ["neg"], "text": "Bad\\n"}\n'
SPANS = (
    '{"text": "Ada met Bo. 🎉 Eve ran.", "spans": [{"start": 0, "end": 3, "label": "PER"}, '
    '{"start": 14, "end": 17, "label": "PER"}]}\n{"text": "Rome", "label": [[0, 4, "LOC"]]}\n'
)
VECTORS = "the 0.5 -1\nof 0.25 2\n, 1 1e-3\n"


def mutated(content, rng):
    """Return the bytes of a file with one to three changes."""
    for _ in range(rng.randint(1, 3)):
        start = rng.randrange(len(content) + 1)
        end = min(len(content), start + rng.choice([0, 0, 1, 2, 9]))
        part = rng.choice([*PARTS, b"", content[start : start + 30]])
        part = part if isinstance(part, bytes) else part.encode()
        content = content[:start] + part + content[end:]
        if rng.random() < 0.05:
            content = content[: rng.randrange(len(content) + 1)]
    return content


def lines_of(content):
    """Return the lines of a file by the rule of all readers."""
    return [line.lstrip("\ufeff") for line in LINE_END.split(content.decode())]


def signs(texts):
    """Count the characters that are neither white space nor marks."""
    return Counter(c for text in texts for c in text if not c.isspace() and c != "\ufeff")


def rows_of_sentences(content):
    """Return the lines and fields of each sentence of a CoNLL file."""
    groups = [[]]
    for line in lines_of(content):
        fields = [
            field.strip(" ")
            for field in (line.split("\t") if "\t" in line else re.split(" +", line.strip(" ")))
        ]
        if not line.strip(" \t") or fields[0] == "-DOCSTART-":
            groups.append([])
        else:
            groups[-1].append((line, fields))
    return [group for group in groups if group]


def check_conll(content, sentences):
    groups = rows_of_sentences(content)
    assert list(map(len, groups)) == [len(sentence.words) for sentence in sentences]
    for group, sentence in zip(groups, sentences, strict=True):
        # Of more than two columns the first holds the word, the last its tag.
        kept = (f[0] + f[-1] if len(f) > 2 else line for line, f in group)
        assert signs(kept) == signs([*sentence.words, *sentence.tags])


def check_entities(content, sentences, _):
    """The words are those of the file; `test_sentences` checks the conversion of tags."""
    words = [[fields[0] for _, fields in group] for group in rows_of_sentences(content)]
    assert words == [sentence.words for sentence in sentences]


def check_conllu(content, sentences):
    rows = [line.split("\t") for line in lines_of(content) if not line.startswith("#")]
    rows = [row for row in rows if len(row) == 10 and row[0].isdecimal()]
    words = [word for sentence in sentences for word in sentence.words]
    tags = [tag for sentence in sentences for tag in sentence.tags]
    assert (words, tags) == ([row[1] for row in rows], [row[3].strip() for row in rows])


def check_csv(content, texts):
    text = re.sub("(^|[\r\n])\ufeff+", r"\1", content.decode())
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    names = [name.strip() for name in header]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [tuple(each) for each in texts] == [(r["text"], r["label"].strip()) for r in found]


def check_tsv(content, texts):
    header, *rows = [line for line in lines_of(content) if line]
    assert len(rows) == len(texts)
    width = len(header.split("\t"))
    assert all(row.count("\t") == width - 1 for row in rows)
    if width == 2:
        for row, text in zip(rows, texts, strict=True):
            assert signs([row.replace('"', "")]) == signs(["".join(text).replace('"', "")])


def records_of(content):
    """Return the objects of a file, or None where it takes more than this to find them."""
    text = re.sub("}[ \t]*\n\\s*{", "},{", "".join(f"{line}\n" for line in lines_of(content)))
    try:
        return json.loads(text if text.lstrip().startswith("[") else f"[{text}]")
    except ValueError:  # such as two objects on one line
        return None


def check_jsonl(content, texts):
    if (records := records_of(content)) is None:
        return
    labels = [r["label"][0] if isinstance(r["label"], list) else r["label"] for r in records]
    expected = [(r["text"], str(label).strip()) for r, label in zip(records, labels, strict=True)]
    assert [tuple(each) for each in texts] == expected


def check_spans(content, sentences, report):
    """Every span is tagged, or a note says that something was left out."""
    if (records := records_of(content)) is None:
        return
    spans = sum(
        len({json.dumps(span) for span in record.get("spans", record.get("label"))})
        for record in records
    )
    if not report.notes:
        assert sum(report.labels.values()) == spans
        text = "".join(record["text"] for record in records)
        # Words are read as they are shown, without format characters.
        assert signs([shown(text).text]) == signs(word for s in sentences for word in s.words)


def check_vectors(content, words):
    lines = [line.rstrip(" ") for line in lines_of(content) if line.strip(" ")]
    assert words == [line.rsplit(" ", lines[0].count(" "))[0] for line in lines]


def check_repaired(content, sentences, report):
    """Lines without a word are counted."""
    words = [f[0] for group in rows_of_sentences(content) for _, f in group if f[0].strip()]
    assert words == [word for sentence in sentences for word in sentence.words]
    lines = sum(map(len, rows_of_sentences(content)))
    assert (lines > len(words)) == any("without a word" in note for note in report.notes)


def check_folder(content, texts):
    assert texts[-1] == (re.sub("(^|[\r\n])\ufeff+", r"\1", content.decode()), "pos")


def read_tags(path):
    return TagReader().read(path)[:1]


def read_texts(path):
    return TextReader().read(path)[:1]


# Name of a file, its content, its reader, and what is checked of what was read.
READERS = {
    "conll": ("a.conll", CONLL, read_tags, check_conll),
    "entities": ("a.conll", CONLL, EntityReader().read, check_entities),
    "repair": ("a.conll", CONLL, EntityReader(repair=True).read, check_repaired),
    "conllu": ("a.conllu", CONLLU, read_tags, check_conllu),
    "csv": ("a.csv", CSV, read_texts, check_csv),
    "tsv": ("a.tsv", TSV, read_texts, check_tsv),
    "jsonl": ("a.jsonl", JSONL, read_texts, check_jsonl),
    "spans": ("a.jsonl", SPANS, EntityReader().read, check_spans),
    "folder": ("pos/2.txt", "Good.\nReally\n", lambda p: read_texts(p.parents[1]), check_folder),
    "vectors": ("v.txt", VECTORS, lambda path: read_vectors(path)[:1], check_vectors),
}
SLOW = pytest.mark.slow("reads 20,000 files")


@pytest.mark.exhaustive
@pytest.mark.parametrize("count", [QUICK, pytest.param(ALL, marks=SLOW)])
@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_read_as_it_is_or_refused_with_its_place(write, name, count):
    file, content, read, check = READERS[name]
    write("pos/1.txt", "Fine."), write("neg/1.txt", "Bad.")
    rng, seen = random.Random(count), Counter()
    for _ in range(count):
        changed = mutated(content.encode(), rng)
        path = write(file, changed)
        try:
            found = read(path)
        except CorpusError as error:
            assert str(error).startswith(f"{error.path}:")
            ends = len(re.findall(b"\r\n|\r|\n", changed))
            assert error.line is None or 1 <= error.line <= ends + 2, (error, changed)
            seen["refused"] += 1
            continue
        try:
            check(changed, *found)
        except AssertionError as error:
            raise AssertionError(f"{changed!r} is read as {found}") from error
        seen["read"] += 1
    assert min(seen["refused"], seen["read"]) > count / 50, seen


PARQUET = {
    "texts": (TextReader(), {"text": ["Good, réally", "Bad\n"] * 9, "label": ["pos", "neg"] * 9}),
    "sentences": (TagReader(), {"tokens": [["Ada", "ran"]] * 9, "tags": [["NOUN", "VERB"]] * 9}),
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("count", [QUICK, pytest.param(ALL, marks=SLOW)])
@pytest.mark.parametrize("name", PARQUET)
def test_a_damaged_parquet_file_is_read_or_refused(write, tmp_path, name, count):
    """It has no check sums, so changed texts cannot be told from others."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    reader, columns = PARQUET[name]
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    content, rng, seen = (tmp_path / "a.parquet").read_bytes(), random.Random(count), Counter()
    for _ in range(count):
        path = write("a.parquet", mutated(content, rng))
        try:
            found, _ = reader.read(path)
        except CorpusError as error:
            assert str(error).startswith(f"{path}:")
            seen["refused"] += 1
        else:
            assert all(isinstance(part, str | list) and part for each in found for part in each[:2])
            seen["read"] += 1
    assert seen["refused"] > count / 2
