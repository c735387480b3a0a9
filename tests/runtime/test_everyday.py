"""Predictors in everyday use: copied, pickled, sent to a process, shown, saved, filtered."""

import copy
import json
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import zoo
from zoo.hub import ModelFileError

TEXTS = {
    "bilstm-brackets": "a(b[c)]",
    "bilstm-ner-tiny": "George Washington went to Bonn with EU money.",
    "bilstm-sentiment-tiny": "A dull plot, but well played.",
}


@pytest.fixture(params=TEXTS)
def loaded(request):
    return zoo.load(request.param), TEXTS[request.param]


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))]
)
def test_a_copy_gives_the_same_answers(loaded, copied):
    predictor, text = loaded
    other = copied(predictor)
    assert other is not predictor and repr(other) == repr(predictor)
    assert other([text, text]) == predictor([text, text])


@pytest.mark.slow("starts a process that loads a model")
def test_a_spawned_process_takes_a_predictor(loaded):
    predictor, text = loaded
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(predictor, text).result() == predictor(text)


def test_a_predictor_that_was_not_loaded_says_why_it_cannot_be_pickled():
    with pytest.raises(TypeError, match="not loaded by name"):
        pickle.dumps(zoo.load("bilstm-ner-tiny").sequential())


def test_a_model_in_a_folder_is_pickled_by_its_absolute_path(tmp_path, monkeypatch):
    zoo.load("bilstm-brackets").save(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    stored = pickle.dumps(zoo.load("path:mine"))
    monkeypatch.chdir("/")
    assert pickle.loads(stored)("a(b)") == zoo.load("bilstm-brackets")("a(b)")


def test_a_saved_model_is_the_same_model(loaded, tmp_path):
    predictor, text = loaded
    folder = predictor.save(tmp_path / "mine")
    assert zoo.info(f"path:{folder}") == zoo.info(predictor.loaded_from[0])
    assert zoo.load(f"path:{folder}")(text) == predictor(text)
    with pytest.raises(ValueError, match="must be absent or an empty folder"):
        predictor.save(tmp_path / "mine")


def test_a_damaged_model_is_not_saved(tmp_path):
    folder = zoo.load("bilstm-brackets").save(tmp_path / "one")
    predictor = zoo.load(f"path:{folder}")
    with open(folder / "config.json", "a") as file:
        file.write(" ")
    with pytest.raises(ModelFileError, match=r"config\.json: changed"):
        predictor.save(tmp_path / "two")
    assert not (tmp_path / "two" / "card.json").exists()


def test_results_below_the_lowest_score_are_left_out(loaded):
    predictor, text = loaded
    everything = predictor(text)
    if isinstance(everything, list):
        scores = sorted(each.score for each in everything)
        kept = [each for each in everything if each.score >= scores[-1]]
        assert predictor(text, min_score=scores[-1]) == kept != everything
    else:
        kept = predictor(text, min_score=everything.score)
        assert kept == everything
        refused = predictor(text, min_score=min(1.0, everything.score + 1e-6))
        assert refused.label is None and refused.score == everything.score
    assert predictor([text], min_score=1.0) == list(predictor.stream([text], min_score=1.0))
    for wrong in (-0.1, 1.1):
        with pytest.raises(ValueError, match="`min_score` must be between 0 and 1"):
            predictor.stream([text], min_score=wrong)


def test_tokens_and_sentences_have_the_offsets_of_the_text(loaded):
    predictor, text = loaded
    tokens = predictor.tokens(text)
    assert tokens and [text[t.start : t.end] for t in tokens] == [t.text for t in tokens]
    if hasattr(predictor, "sentences"):
        sentences = predictor.sentences(text)
        assert [token for sentence in sentences for token in sentence] == tokens


def test_a_notebook_shows_results_in_their_text():
    text = "<b>George Washington</b> went to Bonn."
    found = zoo.load("bilstm-ner")(text)
    page = found._repr_html_()
    assert "&lt;b&gt;" in page and "<b>" not in page
    assert ">George Washington<span" in page and ">PER<" in page
    assert repr(zoo.show(text, found)) == "<b>[George Washington PER]</b> went to [Bonn LOC]."
    assert pickle.loads(pickle.dumps(found))._repr_html_() == page
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_a_card_prints_as_a_page_and_shows_itself_in_short():
    card = zoo.info("bilstm-ner")
    assert str(card) == card.to_markdown() == card._repr_markdown_()
    assert repr(card) == f"ModelCard('bilstm-ner', entity-tagging, {card.size_bytes / 1e6:.1f} MB)"


BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("keras", "tensorflow"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
import pydoc, zoo
assert not hasattr(zoo, "layers") and hasattr(zoo, "load")
assert "Bidirectional recurrent networks" in pydoc.render_doc(zoo)
try:
    zoo.layers
except AttributeError as error:
    print(error)
"""


def test_without_keras_help_works_and_errors_name_the_extra():
    done = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "zoo.layers: keras is missing; install it with: pip install 'bilstm-zoo[train]'" in (
        done.stdout
    )


QUIET = """
import os, zoo
os.write(2, b"before\\n")
zoo.load("bilstm-brackets")("a(b)")
os.write(2, b"after\\n")
"""


def test_loading_a_model_writes_nothing_to_stderr():
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr.split() == ["before", "after"]
