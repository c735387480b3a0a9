"""The splits of a corpus: dev is held out where it is not given, and everything is said."""

import json
from argparse import ArgumentParser

import pytest

import zoo
from zoo import cli
from zoo.data import EntityReader, Files, TagReader, TextReader, data_report, read_splits
from zoo.data.readers.options import add_reader_arguments, option_names, option_of
from zoo.data.report.data_report import KINDS
from zoo.errors import CorpusError
from zoo.recipes import recipe_named

SENTENCES = "".join(f"w{i} {'B-X' if i % 2 else 'O'}\n\n" for i in range(40))
DOCUMENTS = "".join(
    f"-DOCSTART- O\n\n{''.join(f'w{d}.{i} B-X{chr(10)}v O{chr(10) * 2}' for i in range(5))}"
    for d in range(20)
)
TEXTS = "text,label\n" + "".join(f"text {i},{'ab'[i % 2]}\n" for i in range(40))
LABELLED = '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n'
ANNOTATED = '{"text": "a b", "spans": [{"start": 0, "end": 1, "label": "X"}]}\n'


def split(reader, path, **options):
    said = []
    corpus = read_splits(reader, Files(path), say=lambda each: said.append(str(each)), **options)
    return corpus, said


def test_dev_is_held_out_by_document_where_they_are_marked(write):
    corpus, said = split(EntityReader(), write("my.conll", DOCUMENTS))
    documents = {name: {each.document for each in part} for name, part in corpus.items()}
    assert {name: len(each) for name, each in documents.items()} == {"train": 18, "dev": 2}
    assert not documents["train"] & documents["dev"]
    assert said[-1] == "dev: 10 of train sentences, 2 documents, chosen at random with seed 0"


@pytest.mark.parametrize(
    ("reader", "name", "content"),
    [(TagReader(), "my.conll", SENTENCES), (TextReader(), "my.csv", TEXTS)],
)
def test_dev_is_a_tenth_of_train_and_depends_on_the_seed_alone(write, reader, name, content):
    path = write(name, content)
    whole, _ = reader.read(path)
    corpus, said = split(reader, path)
    assert (len(corpus["dev"]), sorted(corpus["train"] + corpus["dev"])) == (4, sorted(whole))
    assert split(reader, path) == (corpus, said)
    assert split(reader, path, seed=1)[0] != corpus
    assert said[0].startswith(f"train: {path}") and said[-1].startswith("dev: 4 of train")


def test_a_corpus_that_teaches_nothing_is_refused(write):
    with pytest.raises(CorpusError, match="nothing to learn: every word has the tag O"):
        split(EntityReader(), write("my.conll", "a O\n\nb O\n"))
    with pytest.raises(CorpusError, match="one sentence is too few to hold out dev; pass `dev`"):
        split(EntityReader(), write("my.conll", "a O\nb B-X\n"))
    with pytest.raises(CorpusError, match="texts of at least two labels were expected"):
        split(TextReader(), write("my.csv", "text,label\na,x\nb,x\n"))


def test_unlabelled_texts_are_a_split_of_their_own(write):
    for label in ("pos", "neg", "unsup"):
        for number in range(10):
            path = write(f"train/{label}/{number}.txt", f"{label} {number}")
    corpus, _ = split(TextReader(), path.parent.parent)
    assert {name: len(each) for name, each in corpus.items()} == {
        "train": 18,
        "dev": 2,
        "unsupervised": 10,
    }
    assert {each.label for each in corpus["unsupervised"]} == {None}


def test_examples_that_two_splits_have_in_common_are_counted(write):
    train, dev = write("a.conll", SENTENCES), write("b.conll", "w1 B-X\n\nother O\n")
    report = data_report(train, dev=dev)
    assert report.notes == ["note: 1 examples of dev (50%) occur in train, too"]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("my.conll", SENTENCES, "entities"),
        ("my.tsv", SENTENCES.replace(" ", "\t"), "entities"),
        ("my.csv", TEXTS, "texts"),
        ("my.tsv", TEXTS.replace(",", "\t"), "texts"),
        ("my.jsonl", LABELLED * 9, "texts"),
        ("my.jsonl", ANNOTATED * 2, "entities"),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_is_guessed(write, name, content, kind):
    report = data_report(write(name, content))
    assert (report.kind, report.refusals) == (kind, [])


def test_the_command_says_what_the_function_does(write, capsys):
    path = write("my.conll", "x Ada I-PER\nx \u200bwrote O\n\nx Bo I-PER\n")
    given = {"word_column": 1, "tag_column": 2}
    report = data_report(path, **given)
    options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
    assert cli.main(["data", str(path), *options]) == 0
    printed = capsys.readouterr().out
    assert printed == f"{report}\n"
    for part in ("2 sentences, 3 words", "PER 2", "IOB1", "U+200B ZERO WIDTH SPACE 1", "Ada | Bo"):
        assert part in printed
    assert cli.main(["data", str(path), *options, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == report.to_dict()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 1, "refused: {path}:1: no column 'text' among ['review', 'stars']"),
        (["--text-column=review", "--label-column=stars"], 0, "labels: 1 20, 2 20"),
        (["--kind=tags"], 1, "{path}:1: 1 columns, other lines have 2"),
        (
            ["--kind=texts", "--comment=#"],
            2,
            "--comment: no option for such files, which have --format, --text-column",
        ),
    ],
)
def test_the_exit_code_says_whether_a_file_can_be_trained_on(
    write, capsys, arguments, code, message
):
    rows = "".join(f"text {i},{1 + i % 2}\n" for i in range(40))
    path = write("my.csv", f"review,stars\n{rows}")
    assert cli.main(["data", str(path), *arguments]) == code
    printed = capsys.readouterr()
    assert message.format(path=path) in printed.out + printed.err


@pytest.mark.parametrize("recipe", ["ner", "sentiment"])
def test_every_option_of_a_reader_is_one_of_the_command(recipe):
    recipe = recipe_named(recipe)
    values = {"format": recipe.kind.reader().other_files, "word_column": 3, "tag_column": 4}
    values |= {"repair": True, "offsets": "bytes"}
    given, expected = ["--train=my.file"], {}
    for name in option_names(recipe.kind.reader):
        expected[name] = values.get(name, "x")
        given += (
            [option_of(name)]
            if values.get(name) is True
            else [option_of(name), str(expected[name])]
        )
    options, _ = recipe.parse(given)
    assert recipe.kind.reader.changed(options) == expected
    assert recipe.kind.reader.from_options(options) == recipe.kind.reader(**expected)


def test_options_of_several_readers_are_added_once():
    parser = ArgumentParser()
    add_reader_arguments(parser, *KINDS.values())
    options = parser.parse_args(["--format=csv", "--word-column=-2"])
    assert (options.format, options.word_column, options.text_column) == ("csv", -2, "text")


@pytest.mark.parametrize("arguments", [["--dev=x"], ["--test=x"], ["--encoding=latin-1"]])
@pytest.mark.parametrize("recipe", ["ner", "sentiment"])
def test_options_of_files_need_files(recipe, arguments, capsys):
    with pytest.raises(SystemExit):
        recipe_named(recipe).parse(arguments)
    assert (
        f"{arguments[0].partition('=')[0]}: only for files of your own" in capsys.readouterr().err
    )


def test_python_gets_arguments_in_place_of_options(write):
    with pytest.raises(CorpusError, match="hence none for `tag_column` 7"):
        zoo.train("ner", output="never", train=write("my.conll", SENTENCES), tag_column=7)


def test_a_file_of_texts_in_another_encoding_is_one_line(write, capsys):
    for content in ("é(".encode("latin-1"), "a(".encode("utf-16")):
        path = write("texts.txt", content)
        assert cli.main(["predict", "bilstm-brackets", "--file", str(path)]) == 2
        assert "pass the --encoding of the file" in capsys.readouterr().err
        encoding = "utf-16" if content[0] == 0xFF else "latin-1"
        given = ["predict", "bilstm-brackets", "--file", str(path), "--encoding", encoding]
        assert cli.main(given) == 0
