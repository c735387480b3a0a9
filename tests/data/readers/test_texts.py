"""Readers of labelled texts: nothing is invented, and nothing is lost in silence."""

import json
from collections import Counter

import pytest

from zoo.data import LabelledText, TextReader
from zoo.errors import CorpusError


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("text,label\nGood, really,pos\nBad,neg\n", 2, "3 fields, the header has 2"),
        ("text,label\nGood\nBad,neg\n", 2, "1 fields, the header has 2"),
        ("text,label\na,x\n\nb,y,\n", 4, "3 fields, the header has 2"),
        ("text,label,label\na,x,y\n", 1, "the header names a column twice: ['label']"),
        ("text,label\na,x\ntext,label\nb,y\n", 3, "the header again"),
        ("text,label\na,x\nb,nan\n", 3, "nothing in the column 'label' but 'nan'"),
        ("text,label\na,x\nb, \n", 3, "nothing in the column 'label'"),
        ("text,label\na,x\n ,y\n", 3, "nothing in the column 'text'"),
        ('text,label\n"a\n\nb",x\n"c,y\n', 5, "a quoted field is malformed"),
        ('text,label\n"a"b,x\n', 2, "a quoted field is malformed"),
        ("text;label\na;x\n", 1, "The `delimiter` is ','"),
        ("review,label\na,x\n", 1, "Pass its name, by `text_column`"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(write, content, line, message):
    with pytest.raises(CorpusError) as raised:
        TextReader().read(write("my.csv", content))
    assert message in str(raised.value)
    assert raised.value.line == line


def test_labels_are_stripped_and_texts_are_not(write):
    path = write("my.csv", "text , label\n a ,pos\nb,pos \nc, pos\nd,neg\n")
    texts, report = TextReader().read(path)
    assert [text.text for text in texts] == [" a ", "b", "c", "d"]
    assert report.labels == {"pos": 3, "neg": 1}


def test_labels_that_differ_in_case_are_noted(write):
    _, report = TextReader().read(write("my.csv", "text,label\na,Pos\nb,pos\nc,neg\n"))
    assert report.notes == ["the labels 'Pos' and 'pos' differ only in case"]
    assert "the labels 'Pos' and 'pos' differ" in str(report)


def test_a_long_field_is_read(write):
    text = "word " * 100_000
    texts, _ = TextReader().read(write("my.csv", f"text,label\n{text},x\nb,y\n"))
    assert texts[0] == LabelledText(text, "x")


def test_a_quoted_field_of_a_tsv_file_is_unquoted_and_other_quotes_stay(write):
    content = 'text\tlabel\n"He said ""no"""\tx\n"Good" film\ty\n5" screen\tx\n'
    texts, _ = TextReader().read(write("my.tsv", content))
    assert [text.text for text in texts] == ['He said "no"', '"Good" film', '5" screen']


@pytest.mark.parametrize("delimiter", [";", "|", "tab", "\\t"])
def test_a_delimiter_can_be_named(write, delimiter):
    sign = "\t" if delimiter in ("tab", "\\t") else delimiter
    path = write("my.csv", f"text{sign}label\na, b{sign}x\n")
    texts, _ = TextReader(delimiter=delimiter).read(path)
    assert texts == [LabelledText("a, b", "x")]


RECORDS = {
    "strings": ({"text": "a", "label": "x"}, "x"),
    "numbers": ({"text": "a", "label": 1}, "1"),
    "Doccano": ({"id": 1, "text": "a", "label": ["x"]}, "x"),
    "Prodigy": ({"text": "a", "label": "x", "answer": "accept"}, "x"),
    "Prodigy's choice": ({"text": "a", "options": [], "accept": ["x"], "answer": "accept"}, "x"),
    "Label Studio, where an annotation was cancelled": (
        {
            "data": {"text": "a"},
            "annotations": [
                {"was_cancelled": True, "result": [{"value": {"choices": ["y"]}}]},
                {"result": [{"value": {"choices": ["x"]}}]},
            ],
        },
        "x",
    ),
    "Label Studio": (
        {"data": {"text": "a"}, "annotations": [{"result": [{"value": {"choices": ["x"]}}]}]},
        "x",
    ),
}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("form", ["lines", "list"])
def test_records_of_annotation_tools_are_read(write, name, form):
    record, label = RECORDS[name]
    content = json.dumps(record) if form == "lines" else json.dumps([record, record], indent=1)
    texts, _ = TextReader().read(write("my.json", content))
    assert set(texts) == {LabelledText("a", label)}


def test_rejected_records_are_left_out_and_counted(write):
    records = [{"text": "a", "label": "x", "answer": a} for a in ("accept", "reject", "ignore")]
    path = write("my.jsonl", "\n".join(map(json.dumps, records)))
    texts, report = TextReader().read(path)
    assert texts == [LabelledText("a", "x")]
    assert report.notes == [
        f"left out: 1 records with the answer {a!r}" for a in ("reject", "ignore")
    ]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ('{"text": "a", "label": "x"}\n{"text": "a"', 2, "not JSON"),
        ('{"text": "a", "label": "x"}\n\n[1]', 3, "an object was expected, got list"),
        ('{"text": "a", "text": "b", "label": "x"}', 1, "the key 'text' occurs twice"),
        ('{"text": "a", "label": null}', 1, "the column 'label' holds None"),
        ('{"text": "a", "label": NaN}', 1, "nothing in the column 'label' but 'nan'"),
        ('{"text": "a", "label": ["x", "y"]}', 1, "the column 'label' holds ['x', 'y']"),
        ('{"text": "\\ud800", "label": "x"}', 1, "half a surrogate pair"),
        ('{"text": "a\\u0000", "label": "x"}', 1, "NUL"),
        ('{"text": "a", "label": "x\\u001b[0m"}', 1, "the control character '\\x1b' in a label"),
        ('{"data": {"text": "a"}, "annotations": [null]}', 1, "the column 'label' holds None"),
        ('{"data": {"text": "a"}, "annotations": [{"result": 3}]}', 1, "'label' holds None"),
        (
            '{"data": {"text": "a"}, "annotations": [{"result": ['
            '{"value": {"choices": ["x"]}}, {"value": {"choices": ["y"]}}]}]}',
            1,
            "the column 'label' holds [['x'], ['y']]",
        ),
        ('[{"text": "a", "label": "x"}\n{"text": "b"}]', 2, "',' or ']' was expected"),
        ('[{"text": "a", "label": "x"}]\n1', 2, "the list has ended before"),
        pytest.param("[" * 100_000, 1, "", id="deep list"),
        pytest.param('{"a": ' * 100_000, 1, "", id="deep object"),
        ("[]", None, "no record in the file"),
    ],
)  # fmt: skip
def test_bad_records_are_refused_with_their_line(write, content, line, message):
    with pytest.raises(CorpusError) as raised:
        TextReader().read(write("my.jsonl", content))
    assert message in str(raised.value)
    assert raised.value.line == line


def test_parquet_is_read_with_the_names_of_classes(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    classes = {"info": {"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}}
    table = pa.table({"text": ["a", "b"], "label": [0, 1]})
    table = table.replace_schema_metadata({"huggingface": json.dumps(classes)})
    parquet.write_table(table, tmp_path / "my.parquet")
    texts, _ = TextReader().read(tmp_path / "my.parquet")
    assert texts == [LabelledText("a", "neg"), LabelledText("b", "pos")]
    (tmp_path / "my.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(CorpusError, match="not a Parquet file"):
        TextReader().read(tmp_path / "my.parquet")


def test_a_folder_has_the_labels_of_its_folders_and_no_others(write):
    for name in ("pos/1", "pos/2", "neg/1", "unsup/1", ".ipynb_checkpoints/1", "__MACOSX/1"):
        path = write(f"train/{name}.txt", f"text of {name}")
    for name in ("urls_pos.txt", "pos/notes.md", "pos/.hidden.txt", "pos/inner/readme"):
        write(f"train/{name}", "text")
    texts, report = TextReader().read(path.parent.parent)
    assert Counter(text.label for text in texts) == {"pos": 2, "neg": 1, None: 1}
    assert report.labels == {"pos": 2, "neg": 1}
    assert report.notes == [
        "left out: 3 hidden files and folders",
        "left out: 1 folders in the folders of labels",
        "left out: 1 files that do not end in .txt",
        "left out: 1 files beside the folders of labels",
        "1 texts are unlabelled",
    ]


def test_a_folder_of_splits_is_refused(write):
    path = write("imdb/train/pos/1.txt", "text")
    with pytest.raises(CorpusError, match=r"pass the folder .*train instead"):
        TextReader().read(path.parent.parent.parent)
