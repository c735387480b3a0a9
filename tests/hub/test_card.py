import hashlib
import json
from dataclasses import replace

import pytest

from tests.hub.folders import FIELDS, make_model
from zoo.hub import CardError, Metric, ModelCard, ModelFileError


@pytest.fixture
def folder(tmp_path):
    return make_model(tmp_path)


def rewritten(folder, **changes):
    """Change fields of the card on disk, past the checks of `write_card`; None drops one."""
    path = folder / "card.json"
    record = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({k: x for k, x in record.items() if x is not None}))
    return folder


def test_card_survives_the_way_through_its_file(folder):
    card = ModelCard.read(folder)
    assert ModelCard.from_dict(json.loads(json.dumps(card.to_dict()))) == card
    assert card.metrics == (Metric("accuracy", 0.9991, "test", "seed 0"),)
    assert {name: card.to_dict()[name] for name in FIELDS} == FIELDS


def test_write_card_hashes_every_file_but_the_card(folder):
    card = ModelCard.read(folder)
    paths = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    assert set(paths) - set(card.files) == {"card.json", "card.md"}
    for path, record in card.files.items():
        content = paths[path].read_bytes()
        assert record.sha256 == hashlib.sha256(content).hexdigest()
        assert record.bytes == len(content)
    assert card.size_bytes == sum(paths[path].stat().st_size for path in card.files)


def test_write_card_measures_versions(folder):
    import numpy

    assert ModelCard.read(folder).versions["numpy"] == numpy.__version__


@pytest.mark.parametrize(
    "field, value, words",
    [
        ("name", "../tiny", "'../tiny'"),
        ("task", "", "a non-empty string"),
        ("summary", 3, "a non-empty string"),
        ("labels", "O", "a list"),
        ("labels", ["O", 1], "a list"),
        ("metrics", {"accuracy": 1.0}, "a list"),
        ("parameters", -1, "a whole number, 0 or more"),
        ("parameters", True, "a whole number"),
        ("parameters", 1.5, "a whole number"),
        ("size_bytes", 1, "the sum over 'files'"),
        ("seeds", [0.5], "a list"),
        ("limitations", "none", "a list"),
        ("files", ["config.json"], "an object"),
        ("versions", {"zoo": 1}, "an object"),
    ],
)
def test_a_field_that_does_not_fit_is_named(folder, field, value, words):
    with pytest.raises(CardError, match=f"'{field}' must be") as caught:
        ModelCard.read(rewritten(folder, **{field: value}))
    assert words in str(caught.value)


@pytest.mark.parametrize("field", [*FIELDS, "name", "size_bytes", "files", "versions"])
def test_a_missing_field_is_named(folder, field):
    with pytest.raises(CardError, match=f"card lacks the field '{field}'"):
        ModelCard.read(rewritten(folder, **{field: None}))


def test_an_unknown_field_is_named_with_the_one_that_was_meant(folder):
    with pytest.raises(CardError, match="unknown field 'license'. Did you mean 'licence'?"):
        ModelCard.read(rewritten(folder, license="MIT"))


@pytest.mark.parametrize(
    "metric, words",
    [
        ({"metric": "f1", "split": "test"}, "metric lacks the field 'value'"),
        ({"metric": "f1", "value": "high", "split": "test"}, "'value' must be a finite number"),
        ({"metric": "f1", "value": float("nan"), "split": "test"}, "'value' must be a finite"),
        ("f1 = 0.9", "metric must be an object"),
    ],
)
def test_a_metric_that_does_not_fit_is_named(folder, metric, words):
    with pytest.raises(CardError, match=words):
        ModelCard.read(rewritten(folder, metrics=[metric]))


@pytest.mark.parametrize("sha256", ["", "0" * 63, "G" * 64, 0])
def test_a_hash_that_is_none_is_named(folder, sha256):
    with pytest.raises(CardError, match="'sha256' must be 64"):
        ModelCard.read(rewritten(folder, files={"a": {"sha256": sha256, "bytes": 0}}))


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]"])
def test_a_card_that_is_not_a_json_object(folder, content):
    (folder / "card.json").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"card\.json: expected"):
        ModelCard.read(folder)


def test_markdown_tells_every_fact(folder):
    card = ModelCard.read(folder)
    page = card.to_markdown()
    assert page == (folder / "card.md").read_text(encoding="utf-8")
    for fact in (card.name, card.task, card.summary, card.command, card.licence, "1,234", "0.9991"):
        assert fact in page
    for path, record in card.files.items():
        assert f"| {path} | {record.bytes:,} | {record.sha256} |" in page


def test_markdown_without_metrics_has_no_metrics_table(folder):
    card = ModelCard.read(folder)
    assert "## Metrics" in card.to_markdown()
    assert "## Metrics" not in replace(card, metrics=()).to_markdown()
