"""Help and refusals come before NumPy or a tensor library is loaded, so within a second."""

import json
import subprocess
import sys

import pytest

from zoo.data.brackets import DIFFICULTIES
from zoo.recipes import bracket_tagging

HEAVY = {"numpy", "tensorflow", "keras", "jax", "torch", "sklearn", "pyarrow", "matplotlib"}
FILES = {
    "my.conll": b"Ada B-PER\nran O\n\nBo B-PER\n",
    "latin.conll": b"\xe9 O\n",
    "my.csv": b"text,label\na,x\nb,y\n",
    "stars.csv": b"review,stars\na,1\n",
    "config.json": b'{"epoch": 3}',
}
NER, TEXTS = ["ner", "--train=my.conll"], ["sentiment", "--train=my.csv"]
# A command after `zoo train`, its exit code, and what it prints.
COMMANDS = {
    "help of ner": (["ner", "--help"], 0, "usage: zoo train ner"),
    "help of sentiment": (["sentiment", "--help"], 0, "usage: zoo train sentiment"),
    "help of brackets": (["brackets", "--help"], 0, "usage: zoo train brackets"),
    "no recipe": (["nur"], 2, "no recipe is named 'nur'. Did you mean 'ner'?"),
    "no file": (["ner", "--train=none"], 2, "none: no such file; it is the --train"),
    "no dev": ([*NER, "--dev=none"], 2, "none: no such file; it is the --dev"),
    "no vectors": ([*NER, "--vectors=none"], 2, "none: no such file; it is the --vectors"),
    "a folder of vectors": ([*NER, "--vectors=."], 2, "a folder; the --vectors of the training"),
    "a folder": (["ner", "--train=."], 2, "is a folder; a file was expected"),
    "no corpus": (["ner", "--data-dir=."], 2, "conll2003 is not in --data-dir '.'"),
    "no reviews": (["sentiment", "--data-dir=."], 2, "imdb_reviews is not in --data-dir '.'"),
    "a wrong column": ([*NER, "--tag-column=7"], 2, "none for --tag-column 7"),
    "no number": ([*NER, "--tag-column=last"], 2, "--tag-column: invalid int value: 'last'"),
    "an unknown option": ([*NER, "--text-column=a"], 2, "unrecognized arguments: --text-column=a"),
    "an unknown format": ([*NER, "--format=csv"], 2, "--format: invalid choice: 'csv'"),
    "another encoding": (["ner", "--train=latin.conll"], 2, "byte 0 of the file is not utf-8"),
    "an unknown key": ([*NER, "--set=epoch=3"], 2, "Did you mean 'epochs'?"),
    "an unknown key in a file": ([*NER, "--config=config.json"], 2, "Did you mean 'epochs'?"),
    "no configuration": ([*NER, "--config=none.json"], 2, "No such file"),
    "a seed below 0": ([*NER, "--seeds", "1", "-1"], 2, "--seeds"),
    "no devices": ([*NER, "--devices=many"], 2, "must be auto or a whole number above 0"),
    "half a host": ([*NER, "--processes=2"], 2, "several hosts need --coordinator"),
    "a name with a slash": ([*NER, "--name=my/ner"], 2, "--name: must begin with a letter"),
    "no language": ([*NER, "--language="], 2, "--language: must not be blank"),
    "an output that is a file": ([*NER, "--output=my.csv/a"], 2, "--output: my.csv is no folder"),
    "only dev": (["ner", "--dev=my.conll"], 2, "--dev: only for files of your own"),
    "no texts": (["sentiment", "--train=none"], 2, "none: no such file; it is the --train"),
    "no column": (["sentiment", "--train=my.conll"], 2, "The --delimiter is ','"),
    "other columns": (["sentiment", "--train=stars.csv"], 2, "by --text-column or --label-column"),
    "one column": ([*TEXTS, "--label-column=text"], 2, "--text-column and --label-column are the"),
    "no model to start from": ([*TEXTS, "--start=bilstm-sentimen"], 2, "Did you mean"),
    "no labels to learn from": ([*TEXTS, "--teacher=none"], 2, "--teacher"),
    "an unknown difficulty": (["brackets", "--difficulty=hard"], 2, "invalid choice: 'hard'"),
    "no seeds": (["brackets", "--seeds=0"], 2, "--seeds: must be a whole number above 0"),
    "no sequences": (["brackets", "--test-sequences=0"], 2, "must be a whole number above 0"),
    "an output that is a file, too": (["brackets", "--output=my.csv"], 2, "my.csv is no folder"),
}
SCRIPT = f"""
import contextlib, io, json, sys
from zoo import cli
answers = {{}}
for name, arguments in json.load(sys.stdin).items():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            code = cli.main(["train", *arguments])
        except SystemExit as error:
            code = error.code
    loaded = sorted({HEAVY!r} & {{*sys.modules}})
    answers[name] = [code, printed.getvalue(), loaded]
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Run all commands in one new process; return exit code, output and heavy modules of each."""
    folder = tmp_path_factory.mktemp("files")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    given = json.dumps({name: arguments for name, (arguments, _, _) in COMMANDS.items()})
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=given, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_answers_before_anything_is_loaded(answers, name):
    _, code, message = COMMANDS[name]
    assert answers[name][0] == code, answers[name]
    assert message in answers[name][1]
    assert answers[name][2] == []


def test_the_choices_of_the_brackets_are_those_of_their_generator():
    assert bracket_tagging.DIFFICULTIES == tuple(DIFFICULTIES)
