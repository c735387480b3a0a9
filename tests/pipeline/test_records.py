"""Laws of reading: every record once, wherever files are cut; what is none, with its reason."""

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("apache_beam", reason="Apache Beam is not installed")

from zoo.errors import CorpusError  # noqa: E402
from zoo.pipeline import records, splits  # noqa: E402
from zoo.pipeline.records import Document, Fields, Refusal, lines, read_parts  # noqa: E402
from zoo.pipeline.splits import cut, find_files, kind_of  # noqa: E402


def read(path, kind=None, **fields):
    """Return all records of a file or of several, by all of their splits."""
    files = find_files([path])
    fields = Fields(**fields, folder=f"{path.parent}/")
    columns = [fields.text, *filter(None, [fields.id])]
    found = cut(files, kind or kind_of(files), columns)
    assert [split.number for split in found] == list(range(len(found)))
    return [record for split in found for record in records.read_records(split, fields)]


@given(st.lists(st.binary(max_size=6)), st.lists(st.integers(0, 40), max_size=5))
def test_every_line_is_in_one_range(parts, cuts):
    content = b"\n".join(part.replace(b"\r", b"") for part in parts)
    bounds = [0, *sorted(min(each, len(content)) for each in cuts), len(content)]
    found = [
        pair
        for start, stop in zip(bounds, bounds[1:], strict=False)
        for pair in lines(io.BytesIO(content), start, stop)
    ]
    expected, offset = [], 0
    for line in content.split(b"\n"):
        expected.append((offset, line if offset else line.removeprefix(records.BOM)))
        offset += len(line) + 1
    if expected[-1][0] == len(content):  # behind the last end of a line nothing begins
        expected.pop()
    assert found == expected


@pytest.mark.parametrize("split_bytes", [1, 7, 10_000])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_document_a_line(tmp_path, monkeypatch, split_bytes, ending):
    monkeypatch.setattr(splits, "SPLIT_BYTES", split_bytes)
    path = tmp_path / "a.txt"
    path.write_bytes(
        ending.join(["\ufeffOne", "", "Zwölf", "a\u2028b\x85c"]).encode() + b"\nB\xff\n"
    )
    first, *middle, last = read(path)
    assert first == Document("a.txt:0", "One")
    assert [each.text for each in middle] == ["", "Zwölf", "a\u2028b\x85c"]
    content = path.read_bytes()
    assert [int(each.id.partition(":")[2]) for each in middle] == [
        content.index(b"One") + 3 + len(ending),
        content.index(b"Zw"),
        content.index(b"a\xe2\x80\xa8"),
    ]
    assert last.position == f"a.txt:{content.index(b'B' + bytes([255]))}"
    assert last.reason.startswith("the text is not UTF-8")


NO_RECORDS = {
    b'{"text": "a"': "Expecting ',' delimiter",
    b"": "Expecting value",
    b"[1]": "expected a JSON object; got list",
    b'{"text": "B\xff"}': "the line is not UTF-8",
    b'{"body": "a", "id": 1}': "no field 'text'",
    b'{"text": "a"}': "no field 'id'",
    b'{"text": null, "id": 1}': "the text must be a string; got NoneType",
    b'{"text": ["a"], "id": 1}': "the text must be a string; got list",
    b'{"text": "\\ud800", "id": 1}': "the text is not UTF-8",
    b'{"text": "a", "id": true}': "the id must be a string; got bool",
    b'{"text": "a", "id": null}': "the id must be a string; got NoneType",
    b'{"text": ' + b"[" * 100_000: "recursion",
}


@pytest.mark.parametrize(("line", "reason"), NO_RECORDS.items(), ids=NO_RECORDS.values())
def test_a_line_that_is_no_document_says_why(tmp_path, line, reason):
    path = tmp_path / "a.jsonl"
    first = b'{"text": "Ada", "id": "x"}\n'
    path.write_bytes(first + line + b'\n{"text": "", "id": 7}\n')
    before, refused, behind = read(path, id="id")
    assert (before, behind) == (Document("x", "Ada"), Document("7", ""))
    assert refused.position == f"a.jsonl:{len(first)}"
    assert reason in refused.reason


def test_a_line_too_long_for_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "LARGEST", 10)
    path = tmp_path / "a.txt"
    path.write_text("short\n" + 35 * "x" + "\nnine long\nlast")
    assert read(path) == [
        Document("a.txt:0", "short"),
        Refusal("a.txt:6", "longer than 10 bytes"),
        Document("a.txt:42", "nine long"),
        Document("a.txt:52", "last"),
    ]
    assert [type(each) for each in read(path, "files")] == [Refusal]


def test_a_document_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(splits, "SPLIT_FILES", 2)
    for name, content in {"b": b"two\nlines", "a": b"\xef\xbb\xbfone", "c": b"\xff"}.items():
        (tmp_path / f"{name}.txt").write_bytes(content)
    *documents, refused = read(tmp_path / "*.txt", "files")
    assert documents == [Document("a.txt", "one"), Document("b.txt", "two\nlines")]
    assert refused.position == "c.txt"


def test_compressed_lines(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    texts = [f"Text {number}" for number in range(2000)]
    path.write_bytes(gzip.compress("".join(json.dumps({"text": t}) + "\n" for t in texts).encode()))
    assert [each.text for each in read(path)] == texts
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    *documents, last = read(path)
    assert 0 < len(documents) < len(texts)
    assert [each.text for each in documents] == texts[: len(documents)]
    assert last.reason.startswith("damaged after this position")
    path.write_bytes(b"not gzip")
    (only,) = read(path)
    assert only.position == "a.jsonl.gz"


def test_rows_of_parquet(tmp_path):
    texts = [f"Text {number}" for number in range(700)]
    ids = list(range(700))
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"body": texts, "n": ids}), path, row_group_size=300)
    assert len(cut(find_files([path]), "parquet", ["body"])) == 3
    assert read(path, text="body", id="n") == [
        Document(str(number), text) for number, text in zip(ids, texts, strict=True)
    ]
    assert read(path, text="body")[650] == Document("a.parquet:650", "Text 650")


def test_rows_that_are_no_documents(tmp_path):
    broken = pa.StringArray.from_buffers(
        2, pa.py_buffer(b"\0\0\0\0\2\0\0\0\3\0\0\0"), pa.py_buffer(b"\xff\xffA")
    )
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": broken}), path)
    refused, document = read(path)
    assert refused.position == "a.parquet:0"
    assert refused.reason.startswith("the text is not UTF-8")
    assert document == Document("a.parquet:1", "A")
    pq.write_table(pa.table({"text": pa.array(["A", None, "B"]).dictionary_encode()}), path)
    assert read(path)[1] == Refusal("a.parquet:1", "the text must be a string; got NoneType")
    pq.write_table(pa.table({"text": [1, 2]}), path)
    assert [each.reason for each in read(path)] == ["the text must be a string; got int"] * 2


def test_a_damaged_page_of_parquet_costs_its_row_group(tmp_path):
    path = tmp_path / "a.parquet"
    texts = [f"Text {number * number}" for number in range(600)]
    pq.write_table(pa.table({"text": texts}), path, row_group_size=200, use_dictionary=False)
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    content = bytearray(path.read_bytes())
    content[start + 20 : start + 400] = bytes(380)
    path.write_bytes(bytes(content))
    found = read(path)
    assert [each.text for each in found if isinstance(each, Document)] == texts[:200] + texts[400:]
    assert [each.reason[:27] for each in found if isinstance(each, Refusal)] == [
        "damaged after this position"
    ]


def test_what_cannot_be_a_corpus_is_refused_before_the_run(tmp_path):
    with pytest.raises(CorpusError, match="no such file"):
        find_files([tmp_path / "none*.txt"])
    with pytest.raises(CorpusError, match="a folder: files were expected"):
        find_files([tmp_path])
    with pytest.raises(CorpusError, match="of another kind than the other files"):
        kind_of(["a.txt", "b.parquet"])
    (tmp_path / "a.parquet").write_text("no")
    with pytest.raises(CorpusError, match="a.parquet: not Parquet"):
        read(tmp_path / "a.parquet")
    pq.write_table(pa.table({"body": ["a"]}), tmp_path / "a.parquet")
    with pytest.raises(CorpusError, match=r"no column 'text' among \['body'\]"):
        read(tmp_path / "a.parquet")


def test_a_large_corpus_is_cut_into_no_more_splits(tmp_path, monkeypatch):
    monkeypatch.setattr(splits, "SPLIT_BYTES", 3)
    path = tmp_path / "a.txt"
    path.write_bytes(b"a line\n" * 100)
    assert len(cut(find_files([path]), "lines", [])) == -(-700 // 3)
    monkeypatch.setattr(splits, "MOST_SPLITS", 10)
    found = cut(find_files([path]), "lines", [])
    assert [(each.start, each.stop) for each in found] == [(i, i + 70) for i in range(0, 700, 70)]


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        ({"PART_DOCUMENTS": 4}, [4, 4, 2]),
        ({"PART_CHARACTERS": 25}, [3, 3, 3, 1]),
        ({}, [10]),
    ],
)
def test_parts_hold_all_records_in_order(tmp_path, monkeypatch, limits, sizes):
    for name, value in limits.items():
        monkeypatch.setattr(records, name, value)
    path = tmp_path / "a.txt"
    path.write_bytes(b"\n".join([b"ten chars."] * 9 + [b"\xff"]))
    (split,) = cut(find_files([path]), "lines", [])
    parts = list(read_parts(split, Fields()))
    assert [len(part.ids) + len(part.refusals) for part, _ in parts] == sizes
    assert [part.name for part, _ in parts] == [f"000000-{i:06}" for i in range(len(sizes))]
    assert all(len(part.ids) == len(texts) for part, texts in parts)
    assert parts == list(read_parts(split, Fields()))
