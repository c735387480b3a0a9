"""Laws of prediction: every runtime, every text, any order, any thread; broken files are named."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zoo
from tests.grids import examples
from zoo.data.brackets import VOCABULARY, bracket_labels
from zoo.errors import CausalUseError
from zoo.hub import ModelFileError, bundled
from zoo.runtime.litert import LiteRTEngine

NAME = "bilstm-brackets"
TEXTS = [
    "a(b)c",
    "f(x[0]) + {unclosed ]",
    "",
    " \t\n",
    "x",
    "((()))",
    "é(😀)\0",
    "([)]",
    "שלום (a)",
]


@pytest.fixture(scope="module")
def tagger():
    return zoo.load(NAME)


@pytest.mark.parametrize("runtime", ["keras", "saved_model"])
def test_every_runtime_gives_the_same_answers(tagger, runtime):
    other = zoo.load(NAME, runtime=runtime)
    for text in TEXTS * 2:
        mine, theirs = tagger(text), other(text)
        assert [t.label for t in mine] == [t.label for t in theirs]
        scores = [[t.score for t in each] for each in (mine, theirs)]
        np.testing.assert_allclose(*scores, atol=1e-4)


@given(st.text(alphabet="()[]{}abz ?é😀", max_size=32))
@examples(200)
def test_the_shipped_model_labels_any_text_right(tagger, text):
    tokens = tagger(text)
    assert [text[t.start : t.end] for t in tokens] == [t.text for t in tokens]
    assert "".join(t.text for t in tokens) == "".join(text.split())
    ids = [VOCABULARY.index(t.text) if t.text in VOCABULARY else 1 for t in tokens]
    right = [tagger.labels[label] for label in bracket_labels(np.array(ids, int))]
    assert [t.label for t in tokens] == right


def test_no_answer_depends_on_what_came_before(tagger):
    alone = [tagger(text) for text in TEXTS]
    assert tagger(TEXTS[::-1]) == alone[::-1]
    assert list(tagger.stream(iter(TEXTS * 3))) == alone * 3


def test_threads_may_share_a_predictor(tagger):
    alone = [tagger(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tagger, TEXTS * 20)) == alone * 20


def test_stream_takes_one_text_at_a_time(tagger):
    taken = []
    stream = tagger.stream(taken.append(i) or "a(b)" for i in range(10**9))
    next(stream), next(stream)
    assert taken == [0, 1]


def test_a_document_of_100000_characters_is_answered_whole(tagger):
    tokens = tagger("(ab)[x" * 20_000)
    assert len(tokens) == 120_000
    assert np.isfinite([t.score for t in tokens]).all()


@pytest.mark.parametrize("text", [None, 3, b"a(b)", {"text": "a"}])
def test_what_is_no_text_is_refused(tagger, text):
    with pytest.raises(TypeError, match="`text` must be a str, got"):
        tagger(text)
    with pytest.raises(TypeError, match=r"`text\[1\]` must be a str, got"):
        tagger(["a", text])


def test_a_single_text_is_not_streamed_by_its_letters(tagger):
    with pytest.raises(TypeError, match="`texts` must be an iterable of strings, got a single str"):
        tagger.stream("a(b)")


def test_a_tagger_does_not_generate(tagger):
    with pytest.raises(CausalUseError, match="cannot be causal"):
        tagger.generate("a(b")


def test_the_keras_model_is_there(tagger):
    assert tagger.model is tagger.model
    assert tagger.model.count_params() == zoo.info(NAME).parameters


def test_prediction_objects_are_plain_data(tagger):
    assert set(asdict(tagger("(")[0])) == {"text", "label", "start", "end", "score"}


DAMAGE = {
    "gone": lambda content: None,
    "empty": lambda content: b"",
    "cut off": lambda content: content[: len(content) // 2],
    "foreign": lambda content: b"PK\x03\x04" + content[4:8].swapcase() + content[8:],
    "bit flipped": lambda content: content[:99] + bytes([content[99] ^ 1]) + content[100:],
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(
    ("file", "runtime"),
    [
        ("model.tflite", "litert"),
        ("model.weights.h5", "keras"),
        ("saved_model/saved_model.pb", "saved_model"),
        ("vocabulary.txt", "litert"),
        ("config.json", "litert"),
    ],
)
def test_a_damaged_file_is_named_before_it_is_used(tmp_path, file, runtime, damage):
    folder = tmp_path / "model"
    shutil.copytree(bundled("saved_models") / NAME, folder)
    content = DAMAGE[damage]((folder / file).read_bytes().ljust(120))
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(ModelFileError, match=file.rpartition("/")[2].replace(".", r"\.")):
        zoo.load(f"path:{folder}", runtime=runtime)


@pytest.mark.parametrize("damage", ["gone", "empty", "cut off", "foreign"])
def test_a_damaged_tflite_file_is_an_error_even_without_its_hash(tmp_path, damage):
    path = tmp_path / "model.tflite"
    content = DAMAGE[damage]((bundled("saved_models") / NAME / "model.tflite").read_bytes())
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"model\.tflite"):
        LiteRTEngine(path)
