"""What was written is what is read, in every format, or it is refused."""

import csv
import io
import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.grids import examples
from zoo.data import EntityReader, LabelledText, TagReader, TextReader
from zoo.errors import CorpusError
from zoo.text import SCHEMES, Span, spans_to_tags, tags_to_spans

# What takes part in the forms of files, beside letters.
SIGNS = [*"\t\r\n ,;\"'\\#-_|{}[]=/", "\ufeff", "\u2028", "\x85", "\x0b", "\x0c", "\x1c", "\xa0"]
SIGNS += ["\u200b", "\0", "é", "🎉", "nan", "-DOCSTART-", "O", "B-", "I-X", "label", "text", '""']
LABELS = st.sampled_from(["x", "y", " z ", "nan", "", "x,y", "label", "a\tb", "1", "\ufeff", "É"])
TEXTS = st.lists(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=8).map("".join)
ROWS = st.lists(st.tuples(TEXTS, LABELS), min_size=1, max_size=4)


def as_csv(rows, delimiter=","):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([("text", "label"), *rows])
    return file.getvalue()


def as_tsv(rows):
    return "".join(f"{text}\t{label}\n" for text, label in [("text", "label"), *rows])


def as_json(rows):
    return "\n".join(json.dumps({"text": text, "label": label}) for text, label in rows)


def as_json_list(rows):
    records = [{"label": label, "text": text} for text, label in rows]
    return json.dumps(records, indent=1, ensure_ascii=False)


TABLES = {
    "csv": ("a.csv", as_csv, TextReader()),
    "csv with semicolons": ("a.txt", lambda rows: as_csv(rows, ";"), TextReader(delimiter=";")),
    "tsv": ("a.tsv", as_tsv, TextReader()),  # cannot hold tabs and line ends
    "jsonl": ("a.jsonl", as_json, TextReader()),
    "json": ("a.json", as_json_list, TextReader()),
}


def read_or_refuse(read, path):
    try:
        return read(path)[0]
    except CorpusError:
        return None


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", TABLES)
@examples(300)
@given(rows=ROWS)
def test_texts_are_read_as_they_were_written(tmp_path_factory, name, rows):
    file, written, reader = TABLES[name]
    assume(name != "tsv" or not re.search("[\t\r\n]", "".join(map("".join, rows))))
    path = tmp_path_factory.getbasetemp() / file
    path.write_bytes(written(rows).encode("utf-8", "surrogatepass"))
    found = read_or_refuse(reader.read, path)
    if found is not None:
        # A mark that begins a line belongs to the file; quotes around a field of TSV do, too.
        lost = {"tsv": '["\ufeff]', "jsonl": "$", "json": "$"}.get(name, "\ufeff")
        assert [(re.sub(lost, "", text), label) for text, label in found] == [
            (re.sub(lost, "", text), label.strip()) for text, label in rows
        ]


@pytest.mark.parametrize("name", TABLES)
def test_what_is_plain_is_not_refused(tmp_path, name):
    file, written, reader = TABLES[name]
    path = tmp_path / file
    path.write_text(written([("Good; film, really", "x"), ("Bad", "y")]))
    assert reader.read(path)[0] == [
        LabelledText("Good; film, really", "x"),
        LabelledText("Bad", "y"),
    ]


@pytest.mark.parametrize("tags", [TagReader(), EntityReader()], ids=["tags", "entities"])
@pytest.mark.parametrize("separator", ["\t", " "], ids=["tabs", "spaces"])
@examples(300)
@given(words=st.lists(TEXTS, min_size=1, max_size=4), data=st.data())
def test_sentences_are_read_as_they_were_written(tmp_path_factory, tags, separator, words, data):
    assume(not re.search(f"[\r\n\t{separator}]", "".join(words)) and "-DOCSTART-" not in words)
    path = tmp_path_factory.getbasetemp() / "a.conll"
    spans = [Span("X", i, i + 1) for i in range(len(words)) if data.draw(st.booleans())]
    scheme = data.draw(st.sampled_from([*SCHEMES])) if tags.scheme else "BIO"
    written = spans_to_tags(spans, len(words), "BIO" if scheme == "IO" else scheme)
    lines = [f"{word}{separator}{tag}" for word, tag in zip(words, written, strict=True)]
    content = "\n".join(["Ada" + separator + "O", *lines])
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    found = read_or_refuse(tags.read, path)
    if found is not None:
        (sentence,) = found
        assert sentence.words == ["Ada", *(word.lstrip("\ufeff").strip(" ") for word in words)]
        assert [each.start - 1 for each in tags_to_spans(sentence.tags)] == [s.start for s in spans]


PARQUET_TYPES = ["string", "large_string", "dictionary<values=string, indices=int32, ordered=0>"]


@pytest.fixture
def parquet():
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    return parquet


@pytest.mark.parametrize("kind", PARQUET_TYPES)
@examples(100)
@given(rows=ROWS)
def test_texts_of_parquet_are_read_as_they_were_written(tmp_path_factory, kind, rows):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path_factory.getbasetemp() / "a.parquet"
    encodable = [(text.encode("utf-8", "ignore").decode(), label) for text, label in rows]
    column = pa.array([text for text, _ in encodable])
    column = column.dictionary_encode() if kind.startswith("dictionary") else column.cast(kind)
    table = pa.table({"text": column, "label": [label for _, label in encodable]})
    parquet.write_table(table, path)
    found = read_or_refuse(TextReader().read, path)
    assert found is None or found == [(text, label.strip()) for text, label in encodable]


def test_sentences_of_parquet_are_read_as_they_were_written(tmp_path, parquet):
    import pyarrow as pa

    tags, names = [["B-X", "O"], ["O"]], ["O", "B-X"]
    tokens = [["Ada", "ran\u2028"], ["\xa0.\ufeff"]]
    feature = {"feature": {"names": names, "_type": "ClassLabel"}, "_type": "Sequence"}
    classes = {"info": {"features": {"ner_tags": feature}}}
    forms = {
        "names": pa.table({"tokens": tokens, "tags": tags}),
        "numbers": pa.table(
            {"tokens": tokens, "ner_tags": [[names.index(t) for t in each] for each in tags]}
        ).replace_schema_metadata({"huggingface": json.dumps(classes)}),
    }
    for name, table in forms.items():
        parquet.write_table(table, tmp_path / f"{name}.parquet")
        found, _ = EntityReader().read(tmp_path / f"{name}.parquet")
        assert [each[:2] for each in found] == list(zip(tokens, tags, strict=True))
