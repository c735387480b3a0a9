"""The benchmark of peers: its protocol, its score, and the networks that it compares with."""

import importlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from zoo.data.readers.conll import Sentence
from zoo.models import Encoder, SequenceClassifier, WordTagger

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def module(monkeypatch):
    """Return a function that imports a module of the benchmarks, as their scripts do."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.syspath_prepend(str(BENCHMARKS / "peers"))
    return importlib.import_module


def test_a_peer_answers_in_bulk_and_one_by_one(module, monkeypatch):
    protocol = module("protocol")

    class Upper(protocol.Peer):
        distributions = ("numpy",)

        def __init__(self, mark):
            self.mark = mark

        def answer(self, text):
            print("what a library prints is no reply")
            return text.upper() + self.mark

    requests = [{"texts": ["a", "b"], "each": each} for each in (False, True)] + [{"about": True}]
    output = io.StringIO()
    monkeypatch.setattr(sys, "argv", ["peer", '{"mark": "!"}'])
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(json.dumps(r) + "\n" for r in requests)))
    monkeypatch.setattr(sys, "stdout", output)
    protocol.serve(Upper)
    bulk, single, about = map(json.loads, output.getvalue().splitlines())
    assert bulk["answers"] == ["A!", "B!"] and bulk["seconds"] > 0
    assert len(single["milliseconds"]) == 2
    assert about["versions"] == {"numpy": np.__version__}
    assert about["installed_bytes"] > 1e6 and about["model_bytes"] == 0


def test_what_a_package_requires_counts_as_installed(module):
    protocol = module("protocol")
    found = protocol.requirements(["keras"])
    assert {"keras", "numpy", "h5py"} <= found and "pytest" not in found


def test_a_peer_that_fails_says_why(module, tmp_path):
    process = module("peers.process")
    with process.PeerProcess(sys.executable, "no_such_peer.py", {}, tmp_path / "log") as peer:
        with pytest.raises(process.PeerError, match="no_such_peer.py"):
            peer.bulk(["a"])


def test_the_memory_of_children_counts(module):
    process = module("peers.process")
    program = "x = bytearray(100_000_000); print(flush=True); input()"
    command = [sys.executable, "-c", program]
    with process.PeakMemory(os.getpid()) as alone:
        pass
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        with process.PeakMemory(os.getpid()) as both:
            pass
        child.stdin.close()
    assert both.megabytes - alone.megabytes > 90


def test_a_span_counts_if_ends_and_label_are_right(module):
    corpora = module("peers.corpora")
    gold = corpora.spans_of(["Ada", "Hill", "met", "Bo"], ["B-PER", "I-PER", "O", "B-PER"])
    assert gold == [[0, 8, "PER"], [13, 15, "PER"]]
    assert corpora.f1([gold], [gold]) == 100
    assert corpora.f1([[[0, 3, "PER"], gold[1]]], [gold]) == 50
    assert corpora.f1([[[0, 8, "LOC"]]], [gold]) == 0


def test_rounds_share_no_text(module):
    texts = [str(number) for number in range(10)]
    shares = module("peers.corpora").divided(texts, rounds=3)
    assert sorted(sum(shares, [])) == texts and [len(each) for each in shares] == [4, 3, 3]


SENTENCES = [
    Sentence("Ada lives in Paris .".split(), "B-PER O O B-LOC O".split()),
    Sentence("Bo met George Hill .".split(), "B-PER O B-PER I-PER O".split()),
]


@pytest.mark.slow("starts processes that load models")
def test_the_benchmark_writes_its_tables(module, monkeypatch, tmp_path):
    bench, rows = module("bench_peers"), module("peers.rows")
    tiny = [
        rows.Row("entities", "tiny", n, "zoo", "zoo_litert.py", {"model": name, "workers": n})
        for n, name in ((1, "bilstm-ner-tiny"), (2, "bilstm-ner-tiny"), (2, "no-such-model"))
    ]
    monkeypatch.setattr(bench, "all_rows", lambda folder: tiny)
    monkeypatch.setattr(bench, "MODELS", {"entities": "tiny"})
    monkeypatch.setattr(bench, "matmul_peak", lambda threads: 100.0 * threads)
    corpus = {"train": SENTENCES * 2, "dev": SENTENCES, "test": SENTENCES}
    monkeypatch.setattr(bench.corpora, "load_conll2003", lambda folder: corpus)
    output = tmp_path / "peers.csv"
    arguments = ["--tasks", "entities", "--rounds", "2", "--folder", tmp_path, "--output", output]
    monkeypatch.setattr(sys, "argv", ["bench_peers", *map(str, arguments)])
    bench.main()
    head, *found = [line.split(",") for line in output.read_text().splitlines()]
    found = [dict(zip(head, line, strict=True)) for line in found]
    assert [row["workers"] for row in found] == ["1", "2"]  # the third one failed
    assert {row["same answers %"] for row in found} == {"100.00"}
    assert all(float(row["score"]) > 50 and int(row["peak MB"]) > 20 for row in found)
    assert "processor," in (tmp_path / "peers_machine.csv").read_text()


INPUTS = {
    "words": np.array([[2, 3, 4, 9], [5, 6, 0, 0]]),
    "characters": np.array(
        [[[1, 2, 3], [4, 0, 0], [2, 2, 0], [0, 0, 0]], [[3, 1, 0], [5, 0, 0], [0] * 3, [0] * 3]]
    ),
    "cases": np.array([[1, 2, 3, 1], [4, 5, 0, 0]]),
}
LENGTHS = [4, 2]


@pytest.mark.slow("needs PyTorch beside Keras")
def test_the_tagger_in_pytorch_equals_the_model(module):
    torch = pytest.importorskip("torch")
    labels = ["O", *(f"{prefix}-{kind}" for prefix in "BIES" for kind in ("X", "Y"))]
    characters = {"vocabulary_size": 6, "units": 4, "embedding_dim": 3, "widths": [3, 5]}
    model = WordTagger(
        7, labels, frozen_words=3, word_dim=5, characters=characters, stack={"units": 4}
    )
    for weight in model.weights:
        weight.assign(keras.random.normal(weight.shape))
    network = module("networks").TaggerNetwork.of(as_floats(module("weights").tagger_arrays(model)))
    lengths = torch.tensor(LENGTHS)
    flat = [torch.from_numpy(INPUTS[name]).flatten(0, 1) for name in INPUTS]
    with torch.no_grad():
        emissions = network.emissions(network.features(*flat).unflatten(0, (2, 4)), lengths)
        tags = network.decode(emissions, lengths)
    inside = INPUTS["words"] != 0
    expected = keras.ops.convert_to_numpy(model(INPUTS))
    np.testing.assert_allclose(emissions.numpy()[inside], expected[inside], atol=1e-5)
    best = keras.ops.convert_to_numpy(model.answers(INPUTS)["tags"])
    assert (tags.numpy()[inside] == best[inside]).all()


@pytest.mark.slow("needs PyTorch beside Keras")
def test_the_loss_in_pytorch_equals_that_of_the_model(module):
    torch = pytest.importorskip("torch")
    model = WordTagger(9, list("abc"), scheme=None, word_dim=4, stack={"units": 2}, num_cases=0)
    for weight in model.crf.weights:
        weight.assign(keras.random.normal(weight.shape))
    emissions = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
    tags = np.array([[0, 2, 1, 1], [2, 0, 0, 0]])
    loss = model.compute_loss({"words": INPUTS["words"]}, tags, emissions)
    network = module("networks").TaggerNetwork((2, 2), (2, 2), (2, 2), {3: 2}, units=2, tags=3)
    with torch.no_grad():
        for name in ("transitions", "start", "end"):
            weight = keras.ops.convert_to_numpy(getattr(model.crf, name))
            getattr(network, name).copy_(torch.from_numpy(weight))
        found = network.loss(*map(torch.as_tensor, (emissions, LENGTHS, tags)))
    assert float(found) == pytest.approx(float(loss), abs=1e-5)


@pytest.mark.slow("needs PyTorch beside Keras")
def test_the_classifier_in_pytorch_equals_the_model(module):
    torch = pytest.importorskip("torch")
    encoder = Encoder(vocabulary_size=10, embedding_dim=4, units=3)
    model = SequenceClassifier(encoder, 2, pooling="max", bigram_buckets=16)
    model.bigrams.assign(np.random.default_rng(0).normal(size=26), 0.5)
    arrays = as_floats(module("weights").classifier_arrays(model))
    network = module("networks").ClassifierNetwork.of(arrays)
    with torch.no_grad():
        found = network(torch.from_numpy(INPUTS["words"]), torch.tensor(LENGTHS))
    expected = keras.ops.convert_to_numpy(model(INPUTS["words"]))
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-5)


def as_floats(arrays):
    return {name: np.ascontiguousarray(array, "float32") for name, array in arrays.items()}
