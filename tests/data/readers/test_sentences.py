"""Readers of tagged sentences: dialects of tags, repair, CoNLL-U, spans of annotation tools."""

import json

import pytest

from zoo.data import EntityReader, TagReader
from zoo.data.readers.align import align
from zoo.errors import CorpusError
from zoo.text import SCHEMES, Span, WordTokenizer, spans_to_tags, tags_to_spans

SPANS = [
    [Span("PER", 0, 2), Span("per-son", 2, 3), Span("LOC", 4, 5)],
    [Span("LOC", 0, 4), Span("PER", 4, 5)],
]
DIALECTS = {
    "standard": str,
    "lower case": lambda tag: tag[0].lower() + tag[1:],
    "suffix": lambda tag: "-".join(tag.split("-", 1)[::-1]),
    "suffix in lower case": lambda tag: "-".join(tag.lower().split("-", 1)[::-1]),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_is_read_in_every_dialect(write, scheme, dialect):
    change = DIALECTS[dialect]
    tags = [[change(tag) for tag in spans_to_tags(spans, 5, scheme)] for spans in SPANS]
    blocks = ["".join(f"word {tag}\n" for tag in each) for each in tags]
    sentences, report = EntityReader().read(write("my.conll", "\n".join(blocks)))
    lower = dialect == "suffix in lower case"  # of labels, too
    expected = [
        [s._replace(label=s.label.lower() if lower else s.label) for s in each] for each in SPANS
    ]
    assert [tags_to_spans(sentence.tags) for sentence in sentences] == expected
    assert "tags in" in report.form


@pytest.mark.parametrize("sign", "_:/.|–−")
def test_prefixes_are_read_with_any_sign_after_them(write, sign):
    path = write("my.tsv", f"a\tB{sign}PER\nb\tI{sign}PER\nc\tO\nd\tB{sign}B_{sign}X\n")
    sentences, report = EntityReader().read(path)
    assert sentences[0].tags == ["B-PER", "I-PER", "O", f"B-B_{sign}X"]
    assert report.form.endswith("prefixes with another sign than a hyphen")


@pytest.mark.parametrize("end", ["", "-O"])
def test_tags_without_labels_are_read_and_not_trained_on(write, end):
    path = write("my.conll", f"a B{end}\nb I{end}\nc O\n")
    sentences, _ = EntityReader().read(path)
    assert sentences[0].tags == [f"B{end}", f"I{end}", "O"]
    with pytest.raises(CorpusError, match=f"my.conll:1: the tag 'B{end}' needs a label"):
        EntityReader().check(sentences, path)


def test_labels_without_prefixes_are_read(write):
    sentences, report = EntityReader().read(write("my.tsv", "a\tPERSON\nb\tPERSON\nc\tO\nd\tLOC\n"))
    assert sentences[0].tags == ["B-PERSON", "I-PERSON", "O", "B-LOC"]
    assert report.form.endswith("labels without prefixes")


def test_parts_of_speech_are_no_entities(write):
    path = write("my.conll", "Ada NNP\nwrites VBZ\n")
    with pytest.raises(CorpusError, match="1: 'NNP' is not a tag"):
        EntityReader().read(path)
    assert TagReader().read(path)[0][0].tags == ["NNP", "VBZ"]


def test_illegal_tags_are_repaired_where_asked_and_counted(write):
    path = write("my.conll", "a I-PER\nb B-PER\n\nc I-LOC\nd E-LOC\n\ne I-PER\n")
    with pytest.raises(CorpusError, match="pass `repair`"):
        EntityReader().read(path)
    sentences, report = EntityReader(repair=True).read(path)
    assert [each.tags for each in sentences] == [["B-PER", "B-PER"], ["B-LOC", "I-LOC"], ["B-PER"]]
    assert report.notes[0].endswith(": 1") and "repaired" in report.notes[0]


def test_lines_without_a_word_are_skipped_where_asked_and_counted(write):
    path = write("my.conll", "a\tO\n\tO\nb\tB-X\n")
    with pytest.raises(CorpusError, match=":2: nothing in `word_column`.*`repair`"):
        EntityReader().read(path)
    sentences, report = EntityReader(repair=True).read(path)
    assert (sentences[0].words, report.notes) == (
        ["a", "b"],
        ["lines without a word that were skipped: 1"],
    )


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("word\ttag\na\tO\nb\tB-X\n", 1, "a header line, remove it"),
        ("Token Entity\na O\nb B-X\n", 1, "'Entity' is not a tag.*is this line a header"),
        ("# id = 7\na O\n", 1, "Pass `comment` '#'"),
        ("a O\n# id = 7\n", 2, "Pass `comment` '#'"),
        ("corpus\na O\n", 1, "Is this line a header"),
        ("corpus\na O\nb O\n", 1, "1 columns, other lines have 2.*Is this line a header"),
        ("a\tO\nb\tO\t\n", 2, "The line ends with a tab"),
        ("Ada\t-DOCSTART-\nran\tB-X\n", 1, "'-DOCSTART-' is not a tag"),
        ("a\tB-X\x1b[31m\n", 1, "the control character '.x1b' in a label"),
        ("a\tO\t\nb\tB-X\t\n", 1, "The line ends with a tab"),
    ],
)
def test_what_is_no_word_is_told_as_what_it_is(write, content, line, message):
    with pytest.raises(CorpusError, match=message) as raised:
        EntityReader().read(write("my.conll", content))
    assert raised.value.line == line


@pytest.mark.parametrize("width", range(2, 15))
def test_files_of_2_to_14_columns_are_read(write, width):
    middle = "\tx" * (width - 2)
    sentences, _ = EntityReader().read(write("my.conll", f"Ada{middle}\tB-PER\nran{middle}\tO\n"))
    assert sentences[0][:2] == (["Ada", "ran"], ["B-PER", "O"])


CONLLU = """# newdoc
1-2\tdel\t_\t_\t_\t_\t_\t_\t_\t_
1\tde\tde\tADP\t_\t_\t0\t_\t_\tNER=O|SpaceAfter=No
2\tel\tel\tDET\t_\t_\t0\t_\t_\tNER=B-X
2.1\tnada\t_\t_\t_\t_\t_\t_\t_\t_

# newdoc
1\tRío\tRío\tPROPN\t_\t_\t0\t_\t_\tNER=B-X
"""


def test_conllu_is_read_without_ranges_and_empty_nodes(write):
    path = write("my.conllu", CONLLU)
    tags, report = TagReader().read(path)
    assert [each[:2] for each in tags] == [(["de", "el"], ["ADP", "DET"]), (["Río"], ["PROPN"])]
    assert ([each.document for each in tags], report.documents) == ([1, 2], 2)
    assert [each.tags for each in EntityReader().read(path)[0]] == [["O", "B-X"], ["B-X"]]
    assert TagReader(word_column=2).read(path)[0][0].words == ["de", "el"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1\tde\n", ":1: 2 columns, CoNLL-U has 10"),
        (CONLLU.replace("2\tel", "x\tel"), ":4: 'x' in column 0; the number of a word"),
        (CONLLU.replace("2\tel", "1\tel"), ":4: word 1 after word 1: is a blank line missing"),
        (CONLLU.replace("NER=O", "Gloss=O"), ":3: no NER= among the attributes"),
    ],
)
def test_bad_rows_of_conllu_are_refused_with_their_line(write, content, message):
    with pytest.raises(CorpusError, match=message):
        EntityReader().read(write("my.conllu", content))


TEXT = "Ada 🎉 Lovelace met Bo in New York. It rained."
PLACES = [(0, 3, "PER"), (19, 21, "PER"), (25, 33, "LOC")]
WIDE = [(start + (start > 4), end + (end > 4), label) for start, end, label in PLACES]  # UTF-16
BYTES = [tuple(len(TEXT[:at].encode()) for at in place[:2]) + place[2:] for place in PLACES]


def studio(spans, **more):
    values = [{"start": s, "end": e, "text": TEXT[a:b], "labels": [label]}
              for (s, e, label), (a, b, _) in zip(spans, PLACES, strict=True)]  # fmt: skip
    result = [{"type": "labels", "value": value} for value in values]
    return {"id": 1, "data": {"text": TEXT}, "annotations": [{"result": result, **more}]}


TOOLS = {
    "Prodigy": {
        "text": TEXT,
        "spans": [{"start": s, "end": e, "label": x, "token_start": 0} for s, e, x in PLACES],
        "tokens": [{"text": "Ada", "start": 0, "end": 3, "id": 0}],
        "answer": "accept",
        "_input_hash": 7,
    },
    "Doccano": {"id": 1, "text": TEXT, "label": [[*place] for place in PLACES]},
    "older Doccano": {"text": TEXT, "labels": [[*place] for place in PLACES]},
    "Doccano with relations": {
        "text": TEXT,
        "relations": [],
        "entities": [
            {"id": 1, "label": x, "start_offset": s, "end_offset": e} for s, e, x in PLACES
        ],
    },
    "Label Studio": studio(PLACES),
    "Label Studio with UTF-16 offsets": studio(WIDE),
    "Label Studio with offsets in bytes": studio(BYTES),
    "Label Studio, JSON-MIN": {
        "text": TEXT,
        "label": [{"start": s, "end": e, "labels": [x]} for s, e, x in PLACES],
        "annotation_id": 1,
    },
    "spans with white space": {
        "text": TEXT,
        "spans": [{"start": s, "end": e + 1, "label": x} for s, e, x in PLACES[:2]]
        + [{"start": 24, "end": 33, "label": "LOC"}],
    },
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("form", ["lines", "list"])
def test_exports_of_annotation_tools_are_read(write, tool, form):
    record = TOOLS[tool]
    content = json.dumps(record) if form == "lines" else json.dumps([record], indent=1)
    sentences, report = EntityReader().read(write("my.json", content))
    assert [" ".join(each.words) for each in sentences] == [
        "Ada 🎉 Lovelace met Bo in New York .",
        "It rained .",
    ]
    spans = [(sentences[0].words[s:e], x) for x, s, e in tags_to_spans(sentences[0].tags)]
    assert spans == [(["Ada"], "PER"), (["Bo"], "PER"), (["New", "York"], "LOC")]
    assert report.labels == {"PER": 2, "LOC": 1}


COUNTED = {"utf-16": WIDE, "bytes": BYTES, "characters": PLACES}


@pytest.mark.parametrize("unit", COUNTED)
def test_offsets_in_other_units_are_read_where_asked_and_never_as_characters(write, unit):
    record = {
        "text": TEXT,
        "spans": [{"start": s, "end": e, "label": x} for s, e, x in COUNTED[unit]],
    }
    path = write("my.jsonl", "\n".join(map(json.dumps, [{"text": "Bo.", "spans": []}, record])))
    sentences, _ = EntityReader(offsets=unit).read(path)
    assert sentences[1].tags == ["B-PER", "O", "O", "O", "B-PER", "O", "B-LOC", "I-LOC", "O"]
    if unit == "characters":
        assert EntityReader().read(path)[0] == sentences
        return
    with pytest.raises(CorpusError, match=f"`offsets`.*'{unit}'") as raised:
        EntityReader().read(path)
    assert raised.value.line == 2


def test_offsets_behind_a_short_text_may_be_those_of_another_unit(write):
    path = write("my.jsonl", json.dumps({"text": "Só Bo", "spans": [[4, 6, "PER"]]}))
    with pytest.raises(CorpusError, match="not in a text of 5 characters; if .* pass `offsets`"):
        EntityReader().read(path)
    assert EntityReader(offsets="bytes").read(path)[0][0].tags == ["O", "B-PER"]


def test_html_in_annotated_texts_is_read_as_taggers_read_it(write):
    text = "<p>I met <b>Ada</b> of R&amp;B.</p>"
    spans = [[text.index(name), text.index(name) + len(name), "X"] for name in ("Ada", "R&amp;B")]
    path = write("my.jsonl", json.dumps({"text": text, "spans": spans}))
    (sentence,), report = EntityReader().read(path)
    assert sentence.words == ["I", "met", "Ada", "of", "R&B", "."]
    assert (sentence.tags, report.notes) == (["O", "O", "B-X", "O", "B-X", "O"], [])


def test_words_with_tags_are_read_from_records(write):
    record = {"id": "0", "tokens": ["Ada", "ran"], "ner_tags": ["B-PER", "O"]}
    sentences, _ = EntityReader().read(write("my.jsonl", json.dumps(record)))
    assert sentences[0][:2] == (["Ada", "ran"], ["B-PER", "O"])


def test_what_is_not_annotated_is_left_out_and_counted(write):
    records = [
        TOOLS["Prodigy"],
        {**TOOLS["Prodigy"], "answer": "reject"},
        studio(PLACES, was_cancelled=True),
        {"text": TEXT, "annotation_id": 3},
        {"text": " \n", "spans": []},
        {"tokens": [], "ner_tags": []},
    ]
    sentences, report = EntityReader().read(write("my.jsonl", "\n".join(map(json.dumps, records))))
    assert len(sentences) == 2
    assert report.notes == [
        "1 × record left out: the answer is 'reject'",
        "2 × record left out: there is no annotation",
        "2 × record left out: there is no word",
    ]


def test_what_cannot_be_aligned_is_reported_and_its_sentence_is_left_out(write):
    spans = [{"start": 0, "end": 2, "label": "PER"}, {"start": 13, "end": 16, "label": "PER"}]
    record = {"text": "Ada ran. And Eve. And Bo.", "spans": spans}
    sentences, report = EntityReader().read(write("my.jsonl", json.dumps(record)))
    assert [each.words for each in sentences] == [["And", "Eve", "."], ["And", "Bo", "."]]
    assert report.notes == [
        "1 × sentence left out, whose spans cannot be aligned",
        "not aligned: line 1: 'Ad' (PER) is not one of whole tokens: Ada",
    ]


def test_an_error_says_why_no_sentence_is_left(write):
    record = {"text": "Ada ran.", "spans": [[0, 2, "PER"], [0, 3, "PER"]]}
    with pytest.raises(CorpusError, match="no sentence is left: .* 'Ad' .PER. overlaps 'Ada'"):
        EntityReader().read(write("my.jsonl", json.dumps(record)))


def test_white_space_around_a_label_is_no_part_of_it(write):
    path = write("my.tsv", "a\tB- PER\nb\tI-PER \nc\tO\n")
    assert EntityReader().read(path)[0][0].tags == ["B-PER", "I-PER", "O"]


def test_overlapping_spans_are_not_aligned_and_long_ones_join_sentences():
    text = "Ada ran. Bo ran."
    assert align(text, [(0, 3, "A"), (0, 7, "B")]).problems == [
        "'Ada' (A) overlaps 'Ada ran'",
        "'Ada ran' (B) overlaps 'Ada'",
    ]
    ((words, tags),) = align(text, [(4, 11, "X")]).sentences
    assert (words, tags[1:5]) == (["Ada", "ran", ".", "Bo", "ran", "."], ["B-X", "I-X", "I-X", "O"])


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": "Ada"}, "neither `spans`"),
        ({"text": "Ada", "spans": [{"start": 0, "end": 4, "label": "X"}]}, "is not in a text of 3"),
        ({"text": "Ada", "spans": [{"start": 2, "end": 2, "label": "X"}]}, "is not in a text of 3"),
        ({"text": "Ada", "spans": [{"start": 0.5, "end": 2, "label": "X"}]}, "whole numbers"),
        ({"text": "Ada", "spans": [{"start": 0, "end": 2}]}, "one label"),
        ({"text": "Ada", "label": [["0", 2, "X"]]}, "whole numbers"),
        ({"text": "A b", "label": [{"start": 0, "end": 1, "label": "X", "text": "b"}]}, "'A', not"),
        ({"tokens": ["a", "b"], "tags": ["O"]}, "2 words and 1 tags"),
        ({"tokens": ["a"], "ner_tags": [0]}, ".0. under 'ner_tags'; a list of spans, or of tags"),
        ({"text": "a", "spans": None}, "None under 'spans'; a list of spans"),
        ({"tokens": ["a", " "], "tags": ["O", "O"]}, "a word or a tag is blank"),
        ({"annotations": ["x"], "data": {"text": "a"}}, "a dict was expected"),
        ({"spans": []}, "no `text` among the keys"),
        ({"tokens": ["a\nb"], "tags": ["O"]}, "a word holds the end of a line"),
        ({"tokens": ["a\0"], "tags": ["O"]}, "which is NUL or half a surrogate pair"),
        ({"text": "\ud800", "spans": []}, "which is NUL or half a surrogate pair"),
        ({"text": "A", "label": [[0, 1, "X\nY"]]}, "the control character '.n' in a label"),
    ],
)  # fmt: skip
def test_bad_annotations_are_refused_with_their_line(write, record, message):
    good = json.dumps(TOOLS["Prodigy"])
    with pytest.raises(CorpusError, match=message) as raised:
        EntityReader().read(write("my.jsonl", f"{good}\n{json.dumps(record)}\n"))
    assert raised.value.line == 2


def test_tokens_of_aligned_texts_are_those_of_the_tokenizer():
    text = "Mr. O'Neil doesn't owe the U.S.-led bank $5. He left."
    words = [word for words, _ in align(text, []).sentences for word in words]
    assert words == [token.text for token in WordTokenizer()(text)]


def test_what_cannot_be_repaired_is_refused_with_its_own_line(write):
    path = write("a.conll", "Ada B-PER\n\nBo B-PER\nran ,O\n")
    with pytest.raises(CorpusError, match=r"a\.conll:4: .*',O' is not a tag"):
        EntityReader(repair=True).read(path)
