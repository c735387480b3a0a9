"""Laws of the programs for devices: Python, JavaScript and Java read every text alike."""

import json

import pytest

import zoo
from tests.export.languages import JAVA, NODE, differences, of_own_words
from tests.export.unicode_texts import unicode_texts
from zoo.export.device.bundle import write_bundle
from zoo.hub import resolve

pytestmark = [
    pytest.mark.skipif(not (JAVA and NODE), reason="there is no JDK, or no node"),
    pytest.mark.slow("random texts through two other languages for each model"),
]
# What a matcher that calls itself for each repetition has no stack for.
REPEATED = ["a-", "a.b-", "A.", "x@y.z.", "e\u0301", "\u200d\U0001f469", "'s", "a&amp;", "www."]


@pytest.mark.parametrize("name", zoo.list_models())
def test_they_read_texts_of_all_of_unicode_alike(name, tmp_path):
    texts = unicode_texts(300)
    own = of_own_words(resolve(name), texts, tmp_path)
    assert differences(*own, texts) == {"JavaScript": [], "Java": []}


@pytest.fixture
def folder():
    return resolve("bilstm-ner-tiny")


@pytest.fixture
def bundle(folder, tmp_path):
    return write_bundle(folder, tmp_path / "model")


def test_they_read_long_repetitions_alike(folder, bundle):
    texts = [piece * 10_000 for piece in REPEATED]
    assert differences(folder, bundle, texts) == {"JavaScript": [], "Java": []}


def test_they_use_the_tables_of_the_bundle(folder, bundle):
    table = json.loads((bundle / "unicode.json").read_text(encoding="utf-8"))
    (bundle / "unicode.json").write_text(json.dumps({**table, "lower": "Ab"}), encoding="utf-8")
    for rows in differences(folder, bundle, ["A", "a"]).values():
        assert [text for text, _, _ in rows] == ["A"]
