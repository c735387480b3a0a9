"""Tests of a recipe's configuration and command line."""

import json
import re
import shlex
import subprocess
import sys

import pytest

import zoo
from zoo.hub.store import model_names
from zoo.recipes import all_recipes, recipe_named
from zoo.recipes.command import card_fields, command_of
from zoo.recipes.configuration import flat, read_changes


@pytest.mark.parametrize("name", all_recipes())
def test_help_lists_every_key_with_its_default_and_meaning(name, capsys):
    recipe = recipe_named(name)
    with pytest.raises(SystemExit):
        recipe.main(["--help"])
    # A long line goes on in the next ones, further to the right.
    lines = re.sub(r"\n {5,}", " ", capsys.readouterr().out).splitlines()
    for path, key in flat(recipe.keys):
        (line,) = [line for line in lines if line.startswith(f"  {path} ")]
        assert key.meaning and key.meaning in line
        assert line.endswith(f"(default {json.dumps(key.default)})")
        assert not key.choices or key.default in key.choices


def test_every_command_prints_the_same_help(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    commands = (
        ["-m", "zoo.cli", "train", "ner"],
        ["-m", "zoo.recipes", "ner"],
        [recipe_named("ner").file],
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([sys.executable, *each, "--help"], **pipes) for each in commands]
    printed = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], printed
    assert printed[0] == printed[1] == printed[2]
    assert printed[0][0].startswith("usage: zoo train ner")


def test_files_and_settings_add_up_and_the_last_one_counts(tmp_path):
    (tmp_path / "a.json").write_text('{"epochs": 3, "model": {"stack": {"units": 7}}}')
    (tmp_path / "b.yaml").write_text("model:\n  stack: {cell: gru}\nrate: 0.5\n")
    given = [f"--config={tmp_path / 'a.json'}", f"--config={tmp_path / 'b.yaml'}"]
    options, config = recipe_named("ner").parse([*given, "--set", "rate=0.25"])
    stack = config["model"]["stack"]
    assert (stack["units"], stack["cell"], config["epochs"], config["rate"]) == (7, "gru", 3, 0.25)
    assert config["model"]["word_dim"] == 100
    command = command_of(recipe_named("ner"), options)
    assert str(tmp_path) not in command and '"units": 7' in command


def test_a_card_states_no_licence_and_language_of_ones_own_data_unasked():
    def fields(*arguments):
        ner = recipe_named("ner")
        return card_fields(ner, ner.parse(arguments)[0])

    assert (fields()["licence"], fields()["languages"]) == ("Apache-2.0", ["en"])
    files = ["--train", "my.conll", "--dev", "dev.conll"]
    own = fields(*files)
    assert (own["licence"], own["languages"]) == ("not stated", [])
    assert own["data"] == "my.conll; no pretrained vectors"
    told = fields(
        *[*files, "--licence", "CC-BY-4.0", "--language", "de"],
        *["--language", "en", "--data", "Letters of 1900"],
    )
    assert (told["licence"], told["languages"]) == ("CC-BY-4.0", ["de", "en"])
    assert told["data"] == "Letters of 1900; no pretrained vectors"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("[1]", "must contain a mapping; got list"),
        ("model: [", "cannot be read"),
    ],
)
@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_a_broken_file_is_named(tmp_path, content, message, suffix):
    path = tmp_path / f"mine{suffix}"
    path.write_text(content)
    with pytest.raises(ValueError, match=rf"mine\{suffix}: {message}"):
        read_changes(str(path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": {"stack": 3}}, "`model.stack` must be a mapping of cell, units"),
        ({"model": {"head": "hmm"}}, '`model.head` must be one of "crf", "softmax"'),
        ({"epochs": True}, "`epochs` must be of type int"),
        ({"epochs": None}, "`epochs` must be of type int"),
        ({"rate": "0.1"}, "`rate` must be of type float"),
        ({"model": {"locked_dropout": 1}}, "must be of type bool"),
        ({"nothing": 1}, "no key is named 'nothing'. The keys are: model.word_dim"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(changes, message):
    with pytest.raises(ValueError, match=message):
        recipe_named("ner").config(changes)


def test_what_is_none_takes_anything_and_a_group_may_be_off():
    assert recipe_named("sentiment").config({"pretrain": {"epochs": 1}})["pretrain"]
    assert (
        recipe_named("ner").config({"model": {"characters": None}})["model"]["characters"] is None
    )


@pytest.mark.parametrize("model", model_names())
def test_the_command_on_a_card_is_one_that_its_recipe_takes(model):
    zoo_, train, name, *arguments = shlex.split(zoo.info(model).command)
    assert (zoo_, train) == ("zoo", "train")
    recipe = recipe_named(name)
    recipe.parse(arguments)
    assert zoo.info(model).recipe == recipe.script
