"""Laws of a run: the plain loop's answers, however it is cut, shared out, killed, run again."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

beam = pytest.importorskip("apache_beam", reason="Apache Beam is not installed")

from apache_beam.ml.inference.base import RunInference  # noqa: E402
from apache_beam.testing.util import assert_that, equal_to  # noqa: E402

import zoo  # noqa: E402
from tests.corpora import DATASETS, needs_imdb  # noqa: E402
from zoo.errors import CheckpointError  # noqa: E402
from zoo.pipeline import PredictorHandler, command, records, tag_corpus  # noqa: E402
from zoo.pipeline.output import Output  # noqa: E402
from zoo.pipeline.records import Part, Refusal  # noqa: E402

TAGGER, CLASSIFIER = "bilstm-ner-tiny", "bilstm-sentiment-tiny"
RUNNERS = {
    "two processes": ["--direct_num_workers", "2", "--direct_running_mode", "multi_processing"],
    # Hands the pipeline to a job server, as clusters have it, and gets its workers from there.
    "portable": "--runner PortableRunner --job_endpoint embed --environment_type LOOPBACK".split(),
}
# Scores may differ in their sixth digit with what else was read: see `EntityTagger`.
NEAR = 1e-5
NAMES = ["Ada Lovelace", "George Washington", "Reuters", "New York", "Nobody at all", "the EU"]
TEXTS = [
    f"{NAMES[i % 6]} met {NAMES[i % 5]} in {NAMES[i % 4]} on day {i}.\nIt was “fine”." * (1 + i % 3)
    for i in range(90)
]
WRONG = [b"{", b'{"id": "none", "text": null}', b'{"id": "one", "text": "\xff"}', b"[]"]

load = cache(zoo.load)


def plain_loop(model, texts):
    """Return the record of each text by its id, made by no more than a loop."""
    loop = {}
    for id, text in texts.items():
        answer = load(model)(text)
        entities = {"entities": [vars(each) for each in answer]} if model == TAGGER else {}
        loop[id] = entities or vars(answer)
    return loop


def read_folder(folder):
    """Return all answers of a run by id; each must be there once."""
    found = []
    for path in folder.glob("answers/*"):
        if path.suffix == ".parquet":
            found += pq.read_table(path).to_pylist()
        else:
            found += map(json.loads, path.read_text(encoding="utf-8").splitlines())
    by_id = {record.pop("id"): record for record in found}
    assert len(by_id) == len(found)
    return by_id


def refused(folder):
    lines = [line for path in folder.glob("refused/*") for line in path.read_text().splitlines()]
    return {record["position"]: record["reason"] for record in map(json.loads, lines)}


def assert_same(found, expected):
    """Compare answers: all the same, scores nearly."""
    assert found.keys() == expected.keys()
    for id, record in expected.items():
        for ours, theirs in zip(*(flat(each) for each in (found[id], record)), strict=True):
            score = theirs.pop("score")
            assert ours.pop("score") == pytest.approx(score, abs=NEAR)
            assert ours == theirs


def flat(record):
    return [dict(each) for each in record.get("entities", [record])]


def write_jsonl(path, texts, wrong=()):
    """Write texts by id as JSONL, with wrong lines spread among them; return those positions."""
    good = [json.dumps({"id": id, "text": text}).encode() for id, text in texts.items()]
    step = len(good) // (len(wrong) + 1)
    positions, content = [], b""
    for number, line in enumerate(good):
        if wrong and number % step == 0 and number // step < len(wrong):
            positions.append(f"{path.name}:{len(content)}")
            content += wrong[number // step] + b"\n"
        content += line + b"\n"
    path.write_bytes(content)
    return positions


@pytest.fixture
def texts():
    return {f"t{number}": text for number, text in enumerate(TEXTS)}


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(records, "PART_DOCUMENTS", 7)


@pytest.mark.parametrize("model", [TAGGER, CLASSIFIER])
@pytest.mark.parametrize("to", ["jsonl", "parquet"])
def test_it_answers_as_the_plain_loop_does(tmp_path, texts, small_parts, model, to):
    wrong = write_jsonl(tmp_path / "a.jsonl", texts, WRONG)
    out = tmp_path / "out"
    totals = tag_corpus(model, [tmp_path / "*.jsonl"], out, id="id", to=to)
    assert_same(read_folder(out), plain_loop(model, texts))
    assert sorted(refused(out)) == sorted(wrong)
    assert totals == (len(list(out.glob("answers/*"))), len(texts), len(wrong))
    assert totals.parts > 10
    assert not list(out.glob("unfinished/*"))


def test_parts_by_name_are_in_the_corpus_order(tmp_path, texts, small_parts):
    for start in (0, 40):
        part = dict(list(texts.items())[start : start + (50 if start else 40)])
        write_jsonl(tmp_path / f"{start}.jsonl", part)
    tag_corpus(CLASSIFIER, [tmp_path / "*.jsonl"], tmp_path / "out", id="id")
    files = sorted((tmp_path / "out" / "answers").iterdir())
    lines = [line for path in files for line in path.read_text().splitlines()]
    assert [json.loads(line)["id"] for line in lines] == list(texts)


def test_from_parquet_to_parquet(tmp_path, texts, small_parts):
    table = pa.table({"key": [*texts, "none"], "body": [*texts.values(), None]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=25)
    out = tmp_path / "out"
    tag_corpus(TAGGER, [tmp_path / "a.parquet"], out, text="body", id="key", to="parquet")
    assert_same(read_folder(out), plain_loop(TAGGER, texts))
    assert refused(out) == {"a.parquet:90": "the text must be a string; got NoneType"}


@pytest.mark.parametrize("kind", ["lines", "files"])
def test_places_are_ids_where_none_are_given(tmp_path, kind):
    for name in ("x/a.txt", "y/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("Ada met Bo.\nIn Rome.\n")
    out = tmp_path / "out"
    tag_corpus(TAGGER, [tmp_path / "*" / "*.txt"], out, kind=kind)
    ids = {"lines": ["x/a.txt:0", "x/a.txt:12", "y/b.txt:0", "y/b.txt:12"]}
    assert sorted(read_folder(out)) == ids.get(kind, ["x/a.txt", "y/b.txt"])


@pytest.mark.slow("starts a job server and its workers")
@pytest.mark.parametrize("runner", RUNNERS)
def test_every_runner_gives_the_same(tmp_path, texts, runner):
    for number in range(4):
        part = dict(list(texts.items())[number::4])
        write_jsonl(tmp_path / f"{number}.jsonl", part, WRONG[:2])
    inputs = [tmp_path / "*.jsonl"]
    one, two = tmp_path / "one", tmp_path / "two"
    totals = tag_corpus(TAGGER, inputs, one, id="id")
    assert tag_corpus(TAGGER, inputs, two, id="id", beam_args=RUNNERS[runner]) == totals
    assert totals == (4, len(texts), 8)
    assert_same(read_folder(two), read_folder(one))
    assert refused(two) == refused(one)


OTHER_PROCESS = """
import sys
from zoo.pipeline import records, tag_corpus
records.PART_DOCUMENTS = 7
tag_corpus(sys.argv[1], [sys.argv[2]], sys.argv[3], id="id")
"""


@pytest.mark.slow("kills a process")
def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path, small_parts):
    texts = {f"t{number}": TEXTS[number % 90] + str(number) for number in range(700)}
    wrong = write_jsonl(tmp_path / "a.jsonl", texts, WRONG)
    out = tmp_path / "out"
    arguments = [TAGGER, str(tmp_path / "a.jsonl"), str(out)]
    running = subprocess.Popen([sys.executable, "-c", OTHER_PROCESS, *arguments])
    end = time.monotonic() + 120
    while len(done := set(out.glob("done/*"))) < 3:
        assert time.monotonic() < end and running.poll() is None, "it was never in the middle"
        time.sleep(0.001)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    before = {path: path.stat().st_mtime_ns for path in done}
    (out / "unfinished" / "left").write_text("half an ans")
    totals = tag_corpus(TAGGER, [tmp_path / "a.jsonl"], out, id="id")
    assert len(before) < totals.parts
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert_same(read_folder(out), plain_loop(TAGGER, texts))
    assert sorted(refused(out)) == sorted(wrong)
    assert totals == (-(-704 // 7), len(texts), len(wrong))
    assert not list(out.glob("unfinished/*"))


def test_nothing_to_answer_is_no_error(tmp_path):
    (tmp_path / "a.txt").touch()
    assert tag_corpus(CLASSIFIER, [tmp_path / "a.txt"], tmp_path / "out") == (0, 0, 0)


def test_paths_may_be_relative(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Ada met Bo.")
    monkeypatch.chdir(tmp_path)
    assert tag_corpus(CLASSIFIER, ["*.txt"], "out") == (1, 1, 0)
    assert list(read_folder(tmp_path / "out")) == ["a.txt:0"]


def test_names_that_look_like_patterns(tmp_path):
    folder = tmp_path / "[a]*"
    folder.mkdir()
    (folder / "b[1].txt").write_text("Ada met Bo.")
    for _ in range(2):
        totals = tag_corpus(CLASSIFIER, [folder / "b[1].txt"], folder / "out")
        assert totals == (1, 1, 0)
    assert list(read_folder(folder / "out")) == ["b[1].txt:0"]


def test_another_run_in_the_same_folder_is_refused(tmp_path, texts):
    path = tmp_path / "a.jsonl"
    write_jsonl(path, texts)
    tag_corpus(CLASSIFIER, [path], tmp_path / "out", id="id")
    with pytest.raises(CheckpointError, match="differs in model, weights"):
        tag_corpus(TAGGER, [path], tmp_path / "out", id="id")
    os.utime(path, (0, 0))  # as if written to, with as many bytes
    with pytest.raises(CheckpointError, match="differs in inputs"):
        tag_corpus(CLASSIFIER, [path], tmp_path / "out", id="id")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "csv"}, r"`kind` must be one of \(None, 'lines'.*got 'csv'"),
        ({"to": "xml"}, "`to` must be one of .*got 'xml'"),
    ],
)
def test_a_run_that_cannot_be_is_refused(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        tag_corpus(TAGGER, [], tmp_path, **wrong)


def test_a_text_that_the_model_cannot_read_is_refused(tmp_path):
    output = Output(str(tmp_path), "jsonl", "sequence-classification")
    part = Part("p", ["a", "b"], [Refusal("x:3", "no field 'text'")])
    answers = [zoo.runtime.Classification("positive", 0.5), ValueError("too long")]
    for _ in range(2):  # as when a worker died in between
        output.write(part, answers)
    assert read_folder(tmp_path) == {"a": {"label": "positive", "score": 0.5}}
    assert refused(tmp_path) == {"x:3": "no field 'text'", "b": "the model: too long"}
    assert output.totals() == (1, 1, 2)


def test_the_handler_serves_any_pipeline():
    texts = [["Ada met Bo.", ""], ["In Rome."]]
    tagger = load(TAGGER)
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        found = pipeline | beam.Create(texts) | RunInference(PredictorHandler(TAGGER))
        spans = found | beam.Map(
            lambda each: [[(x.text, x.label) for x in answer] for answer in each.inference]
        )
        expected = [[[(x.text, x.label) for x in tagger(text)] for text in each] for each in texts]
        assert_that(spans, equal_to(expected))


def test_it_needs_neither_tensorflow_nor_keras(tmp_path):
    write_jsonl(tmp_path / "a.jsonl", {"a": "Ada met Bo."})
    code = "print(*[m for m in ('tensorflow', 'keras', 'jax') if m in sys.modules])"
    arguments = [CLASSIFIER, str(tmp_path / "a.jsonl"), str(tmp_path / "out")]
    command = [sys.executable, "-c", OTHER_PROCESS + code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


def test_the_command_loads_beam_only_when_it_runs():
    code = "import sys, zoo.pipeline.command; print('apache_beam' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"


def test_the_command(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes(b"Ada met Bo.\n\xff\n")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    line = [TAGGER, str(tmp_path / "a.txt"), "--output", str(tmp_path / "out"), "--beam"]
    options = parser.parse_args([*line, "--direct_num_workers", "1"])
    for json_wanted in (False, True):
        options.json = json_wanted
        command.run(options)
    text, totals = capsys.readouterr().out.splitlines()
    assert text == f"{tmp_path}/out: 1 answered, 1 refused, in 1 parts"
    assert json.loads(totals) == {"parts": 1, "documents": 1, "refused": 1}


@pytest.mark.slow("reads a corpus that lies beside the repository, all of it")
@needs_imdb
def test_reviews_come_out_as_from_the_plain_loop(tmp_path, monkeypatch):
    from zoo.data.labelled_texts import PREPARED
    from zoo.data.tfds import load_tfds

    monkeypatch.setattr(records, "PART_DOCUMENTS", 50)
    reviews = load_tfds("imdb_reviews", PREPARED, DATASETS)[0]["test"].take(200)
    texts = {
        f"test-{number}": review["text"].decode()
        for number, review in enumerate(reviews.as_numpy_iterator())
    }
    assert len(texts) == 200
    wrong = write_jsonl(tmp_path / "a.jsonl", texts, WRONG)
    tag_corpus(TAGGER, [tmp_path / "a.jsonl"], tmp_path / "out", id="id")
    assert_same(read_folder(tmp_path / "out"), plain_loop(TAGGER, texts))
    assert sorted(refused(tmp_path / "out")) == sorted(wrong)
