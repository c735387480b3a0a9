"""A refusal names the first ten faulty places of a file, and how many there are."""

import gzip
import json
import pickle

import pytest

from zoo import cli
from zoo.data import EntityReader, Files, TagReader, TextReader, read_splits, read_vectors
from zoo.data.readers.faults import KEPT, Faults
from zoo.errors import PLACES, CorpusError

CONLLU_LINE = "{}\tw\t_\tNOUN\t_\t_\t0\t_\t_\t_\n"
# Name of a file, its header, a good row and faulty ones, and its reader. Rows are separate.
READERS = {
    "conll": ("a.conll", "", "a O\n\n", ["a\n\n", "a x O\n\n"], TagReader().read),
    "tags": ("a.conll", "", "a B-X\n\n", ["a I-X\n\n", "a PER\n\n"], EntityReader().read),
    "conllu": (
        "a.conllu",
        "",
        CONLLU_LINE.format(1) + "\n",
        [CONLLU_LINE.format("x") + "\n", "1\tw\n\n"],
        TagReader().read,
    ),
    "csv": ("a.csv", "text,label\n", "a,x\n", ["a\n", "a,nan\n", ",x\n"], TextReader().read),
    "tsv": ("a.tsv", "text\tlabel\n", "a\tx\n", ["a\n", "a\tnan\n", "\tx\n"], TextReader().read),
    "jsonl": (
        "a.jsonl",
        "",
        '{"text": "a", "label": "x"}\n',
        ['{"text": "a"}\n', '{"text": 1, "label": "x"}\n', '{"text\n', "[1]\n", '{"a":1,"a":2}\n'],
        TextReader().read,
    ),
    "spans": (
        "a.jsonl",
        "",
        '{"text": "Ada", "spans": []}\n',
        ['{"text": "a"}\n', '{"text": "a", "spans": [{"start": 0, "end": 9, "label": "X"}]}\n'],
        EntityReader().read,
    ),
    "encoding": ("a.conll", "", "a O\n\n", ["é O\n\n", "\xff O\n\n"], TagReader().read),
    "vectors": ("v.txt", "the 1 2\n", "w{} 1 2\n", ["a 1\n", "a x y\n", "the 1 2\n"], read_vectors),
}


def refused(read, path):
    with pytest.raises(CorpusError) as raised:
        read(path)
    return raised.value


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("count", [1, 2, PLACES, PLACES + 7])
def test_the_first_places_and_their_number_are_named(write, name, count):
    file, header, good, bad, read = READERS[name]
    content, lines = header, []
    for number in range(count):
        content += good.replace("{}", f"{number}a") + good.replace("{}", f"{number}b")
        lines.append(content.count("\n") + 1)
        content += bad[number % len(bad)]
    content += good.replace("{}", "last")
    path = write(file, content, "latin-1" if name == "encoding" else "utf-8")
    message = str(refused(read, path)).splitlines()
    for line, found in zip(lines, message[:PLACES], strict=False):
        assert found.startswith(f"{path}:{line}: ")
    assert message[PLACES:] == ([f"{count} faulty places in all."] if count > PLACES else [])
    assert len(message[:PLACES]) == min(count, PLACES)


def test_all_files_of_a_folder_are_named(write):
    for number in range(12):
        write(f"train/pos/{number:02}.txt", " " if number % 2 else b"a\n\xe9")
    path = write("train/neg/1.txt", "fine").parents[1]
    message = str(refused(TextReader().read, path)).splitlines()
    assert message[0].startswith(f"{path / 'pos' / '00.txt'}:2: byte 2 of the file is not utf-8")
    assert message[1] == f"{path / 'pos' / '01.txt'}: blank; a text was expected."
    assert message[PLACES:] == ["12 faulty places in all."]


def test_all_files_of_a_corpus_are_named(write):
    files = Files(write("a.csv", "text,label\na\n"), write("b.csv", "text,label\nb\n"), "c.csv")
    error = refused(lambda files: read_splits(TextReader(), files, say=print), files)
    assert [each.path for each in (error, *error.others)] == [*files]


def test_a_file_that_is_given_twice_is_named_once(write):
    path = write("a.csv", "text,label\na\n")
    error = refused(lambda path: read_splits(TextReader(), Files(path, path), say=print), path)
    assert len(error.lines()) == 1


def test_places_come_in_the_order_of_the_lines_whatever_finds_them(write):
    path = write("a.csv", "text,label\na,nan\nb\nc,nan\n")
    error = refused(TextReader().read, path)
    assert [each.line for each in (error, *error.others)] == [2, 3, 4]


def test_what_ends_the_reading_is_the_last_place(write):
    error = refused(TextReader().read, write("a.csv", 'text,label\nb\n"c,x\nd,y\n'))
    assert [each.line for each in (error, *error.others)] == [2, 3]
    error = refused(TextReader().read, write("a.json", '[{"text": "a"}, {"label": "b"},\n!]'))
    assert [each.line for each in (error, *error.others)] == [1, 1, 2]


def test_one_strange_row_does_not_make_all_others_strange(write):
    path = write("a.conll", "corpus 7 of 9\n" + "a O\n" * 5)
    assert [each.line for each in refused(TagReader().read, path).others] == []


def test_the_width_is_found_behind_any_number_of_blank_lines(write):
    path = write("a.conll", "\n" * 1500 + "a O\nb O\nc\n")
    assert str(refused(TagReader().read, path)).startswith(f"{path}:1503: 1 columns, other lines")


def test_any_number_of_places_takes_bounded_memory():
    faults = Faults()
    for line in range(3 * KEPT):
        with faults:
            raise CorpusError("a", line, "bad.")
    assert len(faults.found) == KEPT
    error = refused(lambda path: faults.check(), "a")
    assert error.lines()[-1] == f"{3 * KEPT:,} faulty places in all."


def test_other_errors_are_no_faults():
    with pytest.raises(KeyError), Faults():
        raise KeyError("a")


def test_an_error_with_many_places_survives_a_pickle():
    error = CorpusError("a", 1, "bad.", [CorpusError("a", 2, "bad, too.")], 20)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(b"a O\n", mtime=0), "no text, but compressed by gzip"),
        (b"BZh9", "no text, but compressed by bzip2"),
        (b"%PDF-1.7\n", "no text, but a PDF file"),
        (b"PAR1\0", "whose `format` is parquet"),
        (b"PK\x03\x04" + b"\0" * 9, "no text, but a ZIP archive"),
        (b"\xfd7zXZ\x00\x00", "no text, but compressed by xz"),
    ],
)
def test_what_is_no_text_is_told_as_what_it_is(write, content, message):
    for name in ("a.conll", "a.csv", "a.jsonl"):
        assert message in str(refused(TextReader(encoding="latin-1").read, write(name, content)))


def test_the_command_lists_them_and_ends_with_1(write, capsys):
    path = write("a.csv", "text,label\n" + "a\n" * 12)
    assert cli.main(["data", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("refused")] == [
        *(f"refused: {path}:{n}: 1 fields, the header has 2: ['a']. The --delimiter is ','."
          for n in range(2, 12)),
        "refused: 12 faulty places in all.",
    ]  # fmt: skip
    assert cli.main(["data", str(path), "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["refusals"]) == PLACES + 1
    assert cli.main(["train", "sentiment", f"--train={path}"]) == 2
    assert "12 faulty places in all" in capsys.readouterr().err
