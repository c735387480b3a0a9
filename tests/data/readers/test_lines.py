"""One rule for line ends, byte order marks and encodings, in every reader."""

import os

import pytest

from tests.grids import quick
from zoo.data import EntityReader, TagReader, TextReader, read_vectors
from zoo.data.readers.lines import stream_lines
from zoo.errors import CorpusError

LINES = ["Ada B-PER", "met O", "", "Bo B-PER"]
CONLLU = [f"{i + 1}\t{w}\t_\t{t}\t_\t_\t0\t_\t_\tNER={t}" if w else "" for i, (w, t) in enumerate(
    [line.split() or ["", ""] for line in LINES])]  # fmt: skip
TABLE = ["text,label", '"Good, really",pos', "Bad,neg"]
RECORDS = ['{"text": "Good, really", "label": "pos"}', '{"text": "Bad", "label": "neg"}']
# Reader -> name of a file, its lines and its reader.
READERS = {
    "conll": ("my.conll", LINES, EntityReader()),
    "tags": ("my.conll", LINES, TagReader()),
    "conllu": ("my.conllu", CONLLU, EntityReader()),
    "csv": ("my.csv", TABLE, TextReader()),
    "tsv": ("my.tsv", ["text\tlabel", "Good, really\tpos", "Bad\tneg"], TextReader()),
    "jsonl": ("my.jsonl", RECORDS, TextReader()),
    "spans": ("spans.jsonl", ['{"text": "Ada", "spans": []}'], EntityReader()),
}
ENDS = {"CR": "\r", "LF": "\n", "CRLF": "\r\n"}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("last", ["", "end", "blank"])
@pytest.mark.parametrize("reader", READERS)
def test_line_ends_and_marks_change_nothing(write, reader, end, last):
    name, lines, read = READERS[reader]
    expected, _ = read.read(write(name, "\n".join(lines)))
    text = (
        end.join(f"\ufeff{line}" for line in lines) + {"": "", "end": end, "blank": 3 * end}[last]
    )
    assert read.read(write(name, text))[0] == expected


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_no_other_character_ends_a_line(write, sign):
    """What `str.splitlines` takes for the end of a line is a character of a field."""
    words, _ = TagReader().read(write("my.conll", f"a{sign}b\tX\nc\tY\n"))
    assert [sentence.words for sentence in words] == [[f"a{sign}b", "c"]]
    for name, template in (
        ("my.csv", "text,label\na{}b,x\nc,y\n"),
        ("my.tsv", "text\tlabel\na{}b\tx\nc\ty\n"),
    ):
        texts, _ = TextReader().read(write(name, template.format(sign)))
        assert [text.text for text in texts] == [f"a{sign}b", "c"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("reader", quick(READERS, "conll", "csv"))
def test_encodings_are_read_where_they_are_named(write, reader, encoding):
    name, lines, read = READERS[reader]
    lines = [line.replace("Ada", "Zoë").replace("Good", "Très") for line in lines]
    expected, _ = read.read(write(name, "\n".join(lines)))
    path = write(name, "\n".join(lines), encoding)
    assert type(read)(encoding=encoding).read(path)[0] == expected


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a\r\nb\rc\n\xe9", 4, "byte 7 of the file is not utf-8 (unexpected end of data)"),
        ("é".encode("utf-16"), 1, "pass the `encoding` of the file, such as utf-16"),
        ("é".encode("utf-32"), 1, "pass the `encoding` of the file, such as utf-32"),
        ("a\nb".encode("utf-16-le"), 1, "a NUL character"),
    ],
)
def test_another_encoding_is_named_with_its_line(write, reader, content, line, message):
    name, _, read = READERS[reader]
    path = write(name, content)
    with pytest.raises(CorpusError) as raised:
        read.read(path)
    assert message in str(raised.value)
    assert (raised.value.path, raised.value.line) == (path, line)


@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_named(tmp_path, reader):
    name, _, read = READERS[reader]
    with pytest.raises(CorpusError, match=f"{name}: cannot be opened: No such file"):
        read.read(tmp_path / name)
    (tmp_path / name).mkdir()
    with pytest.raises(CorpusError, match="is a folder; a file was expected|no text was found"):
        read.read(tmp_path / name)


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("reader", READERS)
def test_a_pipe_or_a_device_is_refused_before_it_is_read(tmp_path, reader, kind):
    """No one writes to the pipe, and the device has no end."""
    name, _, read = READERS[reader]
    path = tmp_path / name
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    for reading in (read.read, read_vectors, lambda path: list(stream_lines(path))):
        with pytest.raises(CorpusError, match=f"{name}: a pipe, socket or device"):
            reading(path)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "loop", "file/inner"])
@pytest.mark.parametrize("reader", READERS)
def test_a_path_that_no_file_can_have_is_refused(write, tmp_path, reader, name):
    write("file", "Ada B-PER\n")
    (tmp_path / "loop").symlink_to("loop")
    for reading in (READERS[reader][2].read, read_vectors):
        with pytest.raises(CorpusError, match="cannot be opened: "):
            reading(tmp_path / name)


def test_an_unknown_encoding_is_named(write):
    with pytest.raises(CorpusError, match="`encoding` 'utf-99' is unknown"):
        TagReader(encoding="utf-99").read(write("my.conll", "a b\n"))


def test_vectors_that_are_missing_are_named(tmp_path):
    with pytest.raises(CorpusError, match="none.txt: cannot be opened: No such file"):
        read_vectors(tmp_path / "none.txt")


def test_lines_of_a_stream_are_those_of_the_file(write):
    path = write("texts.txt", "\ufeffa\r\nb\rc\u2028d\n\ne")
    assert list(stream_lines(path)) == ["a", "b", "c\u2028d", "", "e"]
    lines = stream_lines(write("latin.txt", b"a\nb\n\xe9"))
    with pytest.raises(CorpusError, match=r"latin.txt:3: byte 4 of the file is not utf-8"):
        list(lines)
