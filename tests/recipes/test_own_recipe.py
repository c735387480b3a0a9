"""The law of recipes: a kind of model that is new is one file, and every command works on it."""

import json
import textwrap

import pytest

import zoo
from tests.grids import quick
from zoo import cli

PARTS_OF_SPEECH = '''
    """Parts of speech of a small language."""

    from zoo.recipes import Recipe
    from zoo.recipes.keys import TAGGER_TRAINING, WORD_TAGGER, with_defaults

    WORDS = {"NOUN": ["Ada", "dogs", "rain"], "VERB": ["sees", "likes"], "PUNCT": [".", "!"]}


    def read(options):
        import numpy as np

        rng = np.random.default_rng(0)
        tags = ["NOUN", "VERB", "NOUN", "PUNCT"]
        count = {"train": 60, "dev": 10, "test": 10}
        return {
            split: [([str(rng.choice(WORDS[tag])) for tag in tags], tags) for _ in range(number)]
            for split, number in count.items()
        }


    RECIPE = Recipe(
        name="pos",
        file=__file__,
        task="word-tagging",
        summary="Parts of speech of a small language.",
        keys={
            "model": with_defaults(
                WORD_TAGGER,
                {
                    "word_dim": 8,
                    "characters": {"units": 8, "widths": [3]},
                    "stack": {"units": 8},
                    "head": "softmax",
                },
            ),
            **with_defaults(TAGGER_TRAINING, {"epochs": 12, "rate": 0.2}),
        },
        read=read,
        space=lambda hp: {"rate": hp.Choice("rate", [0.1, 0.2], default=0.1)},
        describe=lambda labels: f"Says of each word what it is: {', '.join(labels)}.",
        data="generated",
    )
'''
TOPICS = '''
    """What a short text is about."""

    from zoo.recipes import Recipe
    from zoo.recipes.keys import CLASSIFIER, CLASSIFIER_TRAINING, with_defaults

    WORDS = {"weather": ["rain", "sun", "wind"], "animals": ["dogs", "cats", "birds"]}


    def read(options):
        import numpy as np

        from zoo.data import LabelledText

        rng = np.random.default_rng(0)
        count = {"train": 60, "dev": 20, "test": 20}
        texts = {
            split: [
                LabelledText(f"I like {rng.choice(WORDS[label])} .", label)
                for label in sorted(WORDS)
                for _ in range(number // 2)
            ]
            for split, number in count.items()
        }
        return texts, sorted(WORDS)


    RECIPE = Recipe(
        name="topics",
        file=__file__,
        task="sequence-classification",
        summary="What a short text is about.",
        keys={
            "model": with_defaults(CLASSIFIER, {"encoder": {"units": 8, "embedding_dim": 8}}),
            **with_defaults(CLASSIFIER_TRAINING, {"rate": 0.05, "batch_tokens": 50}),
        },
        read=read,
        space=lambda hp: {"rate": hp.Choice("rate", [0.05, 0.02], default=0.05)},
        describe=lambda labels: f"Says what a text is about: {' or '.join(labels)}.",
        data="generated",
    )
'''


RECIPES = {"pos": PARTS_OF_SPEECH, "topics": TOPICS}


@pytest.fixture(scope="module", params=quick(RECIPES, "pos"))
def recipe(request, tmp_path_factory):
    """Write a recipe file."""
    path = tmp_path_factory.mktemp("own") / f"{request.param}.py"
    path.write_text(textwrap.dedent(RECIPES[request.param]))
    return path


@pytest.fixture(scope="module")
def model(recipe):
    """Train the recipe; return the model's folder."""
    output = recipe.parent / "run"
    predictor = zoo.train(str(recipe), output=output, name="tiny", seeds=[0])
    folder = output / "model"
    assert predictor.task.name == zoo.info(f"path:{folder}").task
    return folder


def test_a_wrong_option_is_an_error_of_python():
    with pytest.raises(ValueError, match="unrecognized arguments: --epoch=3"):
        zoo.train("ner", output="runs/none", epoch=3)
    with pytest.raises(ValueError, match=r"my\.conll: no such file"):
        zoo.train("ner", output="runs/none", train="my.conll")


def test_its_model_is_loaded_and_its_card_is_true(recipe, model):
    predictor, card = zoo.load(f"path:{model}"), zoo.info(f"path:{model}")
    if recipe.stem == "pos":
        words = ["Ada", "likes", "rain", "."]
        assert predictor.predict_words([words]) == [["NOUN", "VERB", "NOUN", "PUNCT"]]
        metric = "word accuracy"
    else:
        assert predictor("I like cats .").label == "animals"
        metric = "accuracy"
    (value,) = {m.value for m in card.metrics if (m.metric, m.split) == (metric, "test")} - {0}
    assert value > 0.9
    assert card.command.startswith(f"zoo train {recipe.name} ")
    assert card.recipe == recipe.name and card.licence == "not stated"


def test_every_command_works_on_it(model, tmp_path, capsys, monkeypatch):
    # `tests/inspect` draws the pictures, which takes seconds.
    monkeypatch.setattr("zoo.inspect.report.page.inspection_figures", lambda inspection: {})
    name = f"path:{model}"
    (tmp_path / "text.txt").write_text("Ada likes rain .\n")
    for command in (
        ["info", name],
        ["predict", name, "Ada likes rain ."],
        ["verify", str(model)],
        ["export", name, "--to", str(tmp_path / "loops"), "--variant", "while"],
        ["inspect", name, "Ada likes rain .", "--output", str(tmp_path / "page")],
        ["tag-corpus", name, str(tmp_path / "text.txt"), "--output", str(tmp_path / "c")],
    ):
        assert cli.main(command) == 0, (command, capsys.readouterr())


@pytest.mark.slow("a search, in new processes")
def test_its_search_space_is_its_own(recipe, tmp_path, capsys):
    command = ["tune", str(recipe), "--trials", "1", "--epochs", "1", "--json"]
    assert cli.main([*command, "--output", str(tmp_path)]) == 0
    (trial,) = json.loads(capsys.readouterr().out)
    assert 0 <= trial["dev"] <= 1 and set(trial["values"]) == {"rate"}
