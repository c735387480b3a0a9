"""Files of tagged words, well formed and not, and CoNLL-2003 itself."""

import socket

import pytest

from tests.corpora import conll2003, needs_conll2003, offline
from zoo.data import CorpusError, Sentence, load_conll2003, read_conll
from zoo.text import spans_to_tags, tags_to_spans

FIRST = Sentence(["Ada", "Lovelace", "wrote"], ["B-PER", "I-PER", "O"], 1, 0)
SECOND = Sentence(["Zoë"], ["B-PER"], 5, 0)
PLAIN = "Ada B-PER\nLovelace I-PER\nwrote O\n\nZoë B-PER\n"


@pytest.fixture
def write(tmp_path):
    def write(content, encoding="utf-8"):
        path = tmp_path / "my.conll"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    "content, options",
    [
        (PLAIN, {}),
        (PLAIN.strip(), {}),
        (PLAIN.replace(" ", "\t"), {}),
        (PLAIN.replace(" ", "  ").replace("\n", " \n"), {}),
        (PLAIN.replace("\n", "\r\n"), {}),
        ("\ufeff" + PLAIN, {}),
        (PLAIN.replace("\n\n", "\n \t\n"), {}),
        (PLAIN + "\n\n\n", {}),
        (PLAIN.replace(" ", " NNP x "), {}),
        (PLAIN.replace(" ", " NNP x "), {"tag_column": 3}),
        ("\n".join(" ".join(reversed(line.split())) for line in PLAIN.split("\n")),
         {"word_column": -1, "tag_column": 0}),
        (PLAIN.replace("Ada B", "Ada I").replace("Zoë B", "Zoë I"), {}),
        (PLAIN.replace("e I-PER", "e E-PER").replace("Zoë B", "Zoë S"), {}),
    ],
)  # fmt: skip
def test_files_of_many_forms_read_the_same(write, content, options):
    assert read_conll(write(content), **options) == [FIRST, SECOND]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_other_encodings(write, encoding):
    assert read_conll(write(PLAIN, encoding), encoding=encoding) == [FIRST, SECOND]


@pytest.mark.parametrize("scheme", ["BIO", "IOB1", "BIOES"])
def test_tags_come_in_the_scheme_that_is_asked_for(write, scheme):
    for sentence in read_conll(write(PLAIN), scheme=scheme):
        spans = tags_to_spans(sentence.tags)
        assert sentence.tags == spans_to_tags(spans, len(sentence.words), scheme)


def test_tags_that_mark_no_spans(write):
    sentences = read_conll(write("Ada NNP\nwrote VBD\n"), scheme=None)
    assert sentences == [Sentence(["Ada", "wrote"], ["NNP", "VBD"], 1, 0)]


def test_words_hold_any_white_space_but_that_of_the_columns(write):
    content = "New York\tB-LOC\n1\u00a0000\tO\na\u2028b\x85c\tO\n"
    (sentence,) = read_conll(write(content))
    assert sentence.words == ["New York", "1\u00a0000", "a\u2028b\x85c"]
    (sentence,) = read_conll(write("1\u00a0000 O\n"))
    assert sentence.words == ["1\u00a0000"]


@pytest.mark.parametrize("start", ["-DOCSTART- -X- O", "-DOCSTART-", "-DOCSTART-\tO"])
def test_documents_are_counted_and_are_no_sentences(write, start):
    sentences = read_conll(write(f"{start}\n\na O\n\nb O\n{start}\nc O\n"))
    assert [(s.words, s.document, s.line) for s in sentences] == [
        (["a"], 1, 3),
        (["b"], 1, 5),
        (["c"], 2, 7),
    ]


def test_comments_are_left_out_where_they_are_announced(write):
    path = write("# id 7\n# O\nb O\n")
    assert read_conll(path, comment="# id") == [Sentence(["#", "b"], ["O", "O"], 2, 0)]


@pytest.mark.parametrize(
    "content, options, line, message",
    [
        ("a O\nb\n", {}, 2, "1 columns, other lines have 2: ['b']"),
        ("a O\n\nb x O\n\nc O\n", {}, 3, "3 columns, other lines have 2"),
        ("a\nb\n", {}, 1, "`word_column` and `tag_column` are the same of 1 columns"),
        ("\na O\n", {"tag_column": 2}, 2, "2 columns, hence none for `tag_column` 2"),
        ("a O\n", {"word_column": -3}, 1, "2 columns, hence none for `word_column` -3"),
        ("a\tO\n\tO\n", {}, 2, "nothing in `word_column` 0"),
        ("a\tO\nb\t\n", {}, 2, "nothing in `tag_column` -1"),
        ("a O\nb B-X\nc PER\n", {}, 3, "the tags fit no single scheme: 'PER' is not a tag"),
        ("a B-X\n\nb O\nc I-X\n", {}, 4, "single scheme: 'I-X' where BIO requires 'B-X'. Correct"),
        ("a S-X\n# c\nb B-X\n", {"comment": "# "}, 3, "'B-X' where BIOES requires 'S-X'"),
        (b"a O\n\xe9 O\n", {}, 2, "byte 4 of the file is not utf-8"),
        (PLAIN.encode("utf-16"), {}, 1, "byte 0 of the file is not utf-8"),
        (PLAIN, {"encoding": "ascii"}, 5, "is not ascii"),
    ],
)
def test_bad_files_are_named_with_the_line(write, content, options, line, message):
    path = write(content)
    with pytest.raises(CorpusError) as raised:
        read_conll(path, **options)
    assert message in str(raised.value)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert (raised.value.path, raised.value.line) == (path, line)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "-DOCSTART- O\n\n"])
def test_an_empty_file_is_named(write, content):
    path = write(content)
    with pytest.raises(CorpusError, match="my.conll: no sentence in the file"):
        read_conll(path)


@needs_conll2003
def test_conll2003_is_all_there_without_a_network():
    counts = {
        name: (len(sentences), sum(len(sentence.words) for sentence in sentences))
        for name, sentences in conll2003().items()
    }
    # Without the empty sentence at the end of each of the original files.
    assert counts == {"train": (14041, 203621), "dev": (3250, 51362), "test": (3453, 46435)}


@pytest.mark.slow("reads a corpus that lies beside the repository, all of it")
@needs_conll2003
def test_conll2003_is_in_bio():
    for sentences in conll2003().values():
        for sentence in sentences:
            spans = tags_to_spans(sentence.tags)
            assert spans_to_tags(spans, len(sentence.words), "BIO") == sentence.tags
            assert {span.label for span in spans} <= {"PER", "ORG", "LOC", "MISC"}


@needs_conll2003
def test_conll2003_survives_a_file(write):
    sentences = conll2003()["dev"][:200]
    lines = [
        "".join(f"{w} {t}\n" for w, t in zip(sentence.words, sentence.tags, strict=True))
        for sentence in sentences
    ]
    again = read_conll(write("\n".join(lines)))
    assert [sentence[:2] for sentence in again] == [sentence[:2] for sentence in sentences]


def test_the_guard_against_the_network_sees_a_connection():
    with pytest.raises(AssertionError, match="127.0.0.1"), offline(), pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", 9))


def test_data_that_are_not_there_are_not_fetched_unasked(tmp_path):
    with offline(), pytest.raises(FileNotFoundError) as raised:
        load_conll2003(tmp_path)
    assert f"conll2003 is not in `data_dir` {str(tmp_path)!r}" in str(raised.value)
    assert f"tfds.load('conll2003', data_dir={str(tmp_path)!r})" in str(raised.value)
    assert [*tmp_path.iterdir()] == []
