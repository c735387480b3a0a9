"""The component of spaCy: entities on spaCy's tokens, in batches, on disk and in bytes."""

import configparser
import copy
import doctest
import pickle
import re
import shutil
import tempfile
from importlib import import_module
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

import zoo
from zoo.hub import ModelFileError, UnknownModelError
from zoo.runtime import Entity

spacy = pytest.importorskip("spacy")
component = import_module("zoo.spacy")

ROOT = Path(__file__).resolve().parents[2]
TINY = {"model": "bilstm-ner-tiny"}
TEXTS = [
    "George Washington went to Washington.",
    "",
    "Nothing to see.",
    "Ada Lovelace wrote to Charles Babbage in London.\n\n  She lived in Paris, too.",
]


def pipeline(**config):
    nlp = spacy.blank("en")
    nlp.add_pipe("zoo_ner", config={**TINY, **config})
    return nlp


def found(doc):
    return [(ent.label_, ent.start_char, ent.end_char) for ent in doc.ents]


@pytest.fixture(scope="module")
def nlp():
    return pipeline()


def answers(nlp, entities):
    """Let the component find these entities, triples of label, start and end, in every text."""
    listed = [Entity("", label, start, end, 0.5) for label, start, end in entities]
    vars(nlp.get_pipe("zoo_ner"))["tagger"] = lambda text, min_score: listed
    return nlp


def test_the_example_runs():
    failed, attempted = doctest.testmod(component)
    assert attempted and not failed


def test_the_entities_are_those_of_the_model(nlp):
    tagger = zoo.load("bilstm-ner-tiny")
    for text in TEXTS:
        expected = tagger(text)
        doc = nlp(text)
        assert found(doc) == [(each.label, each.start, each.end) for each in expected]
        assert [ent._.zoo_score for ent in doc.ents] == [each.score for each in expected]
    assert nlp.pipe_labels["zoo_ner"] == list(tagger.labels)


def test_entities_with_a_low_score_are_left_out(nlp):
    scores = sorted(ent._.zoo_score for text in TEXTS for ent in nlp(text).ents)
    sure = pipeline(min_score=scores[2])
    assert sum(len(sure(text).ents) for text in TEXTS) == len(scores) - 2


def test_batches_give_the_same_in_order(nlp):
    texts = TEXTS * 3
    docs = list(nlp.pipe(texts, batch_size=5))
    assert [doc.text for doc in docs] == texts
    assert [found(doc) for doc in docs] == [found(nlp(text)) for text in texts]


@pytest.mark.slow("starts processes")
def test_processes_give_the_same(nlp):
    docs = nlp.pipe(TEXTS * 3, n_process=2, batch_size=2)
    assert [found(doc) for doc in docs] == [found(nlp(text)) for text in TEXTS * 3]


@pytest.mark.parametrize(
    "mode, expected", [("expand", ["Ada Bo-Li"]), ("contract", ["Ada"]), ("strict", [])]
)
def test_entities_are_aligned_to_tokens(mode, expected):
    nlp = answers(pipeline(alignment_mode=mode), [("PER", 0, 6)])  # "Ada Bo"
    doc = spacy.tokens.Doc(nlp.vocab, ["Ada", "Bo-Li"])
    assert [ent.text for ent in nlp.get_pipe("zoo_ner")(doc).ents] == expected


def test_of_entities_in_one_token_the_first_stays():
    nlp = answers(pipeline(), [("LOC", 0, 5), ("ORG", 6, 11)])
    doc = spacy.tokens.Doc(nlp.vocab, ["Paris-Lyons", "trains"])
    assert found(nlp.get_pipe("zoo_ner")(doc)) == [("LOC", 0, 11)]


def test_entities_of_other_components_stay():
    nlp = pipeline()
    ruler = nlp.add_pipe("entity_ruler", before="zoo_ner")
    ruler.add_patterns([{"label": "PRESIDENT", "pattern": "George Washington"}])
    assert [ent.label_ for ent in nlp(TEXTS[0]).ents] == ["PRESIDENT", "LOC"]


def test_the_pipeline_is_analyzed(nlp):
    analysis = nlp.analyze_pipes()
    assert analysis["summary"]["zoo_ner"]["assigns"] == [
        "doc.ents", "token.ent_iob", "token.ent_type"
    ]  # fmt: skip
    assert analysis["problems"] == {"zoo_ner": []}


def test_it_is_evaluated(nlp):
    texts = [(TEXTS[0], {"entities": [(0, 17, "PER"), (26, 36, "LOC")]})]
    examples = [
        spacy.training.Example.from_dict(nlp.make_doc(text), notes) for text, notes in texts
    ]
    assert nlp.evaluate(examples)["ents_f"] == 1.0


def to_disk(nlp, folder):
    nlp.to_disk(folder / "pipeline")
    nlp.to_disk(folder / "pipeline")  # over the first
    again = spacy.load(folder / "pipeline")
    again.to_disk(folder / "pipeline")  # over the folder that it reads
    return folder / "pipeline"


WAYS = {
    "disk": (to_disk, spacy.load),
    "bytes": (lambda nlp, folder: nlp.to_bytes(), lambda data: pipeline().from_bytes(data)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_pipeline_is_saved_with_its_model(way, tmp_path):
    write, read = WAYS[way]
    zoo.load("bilstm-ner-tiny").save(tmp_path / "mine")
    nlp = pipeline(model=f"path:{tmp_path / 'mine'}", min_score=0.3)
    expected = [found(nlp(text)) for text in TEXTS]
    saved = write(nlp, tmp_path)
    shutil.rmtree(tmp_path / "mine")
    again = read(saved)
    assert [found(again(text)) for text in TEXTS] == expected
    copied = pickle.loads(pickle.dumps(again.get_pipe("zoo_ner")))
    assert [found(copied(nlp.make_doc(text))) for text in TEXTS] == expected


def test_bytes_write_no_file_outside_of_their_folder(nlp, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("../outside.txt", "")
    with pytest.raises(ModelFileError, match="no card.json"):
        copy.copy(nlp.get_pipe("zoo_ner")).from_bytes(content.getvalue())
    assert not (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize(
    "config, error, message",
    [
        ({"model": "bilstm-nerr"}, UnknownModelError, "Did you mean 'bilstm-ner'"),
        ({"min_score": 2.0}, ValueError, "`min_score` must be between 0 and 1"),
        ({"alignment_mode": "loose"}, ValueError, "'contract', 'expand'; got 'loose'"),
    ],
)
def test_wrong_settings_are_refused_at_once(config, error, message):
    with pytest.raises(error, match=re.escape(message)):
        pipeline(**config)


def test_only_an_entity_tagger_is_a_model():
    with pytest.raises(ValueError, match="`model` must be an entity tagger; 'bilstm-brackets'"):
        pipeline(model="bilstm-brackets")("a(b)c")


def test_spacy_finds_the_component_by_its_entry_point():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    name, _, path = config["options.entry_points"]["spacy_factories"].strip().split()
    module, _, factory = path.partition(":")
    assert name == "zoo_ner"
    assert getattr(import_module(module), factory) is component.make_zoo_ner
