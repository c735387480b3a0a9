"""The pipeline: from the files of a corpus to a folder of answers."""

import hashlib
import os.path
from functools import partial

import apache_beam as beam
from apache_beam.ml.inference.base import KeyedModelHandler, RunInference
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import (
    ExtendedProvisionInfo,
    FnApiRunner,
)
from apache_beam.runners.portability.portable_runner import JobServiceHandle

from zoo.hub import info
from zoo.pipeline.handler import PredictorHandler
from zoo.pipeline.output import FORMATS, Output
from zoo.pipeline.records import (
    PART_CHARACTERS,
    PART_DOCUMENTS,
    READERS,
    Fields,
    read_parts,
)
from zoo.pipeline.splits import (
    MOST_SPLITS,
    SPLIT_BYTES,
    SPLIT_FILES,
    cut,
    find_files,
    kind_of,
    whole_path,
)

# What the workers' logs say below that is about Beam itself.
QUIET = ["--default_sdk_harness_log_level", "ERROR"]
CUTS = {
    "split": [SPLIT_BYTES, SPLIT_FILES, MOST_SPLITS],
    "part": [PART_DOCUMENTS, PART_CHARACTERS],
}


def tag_corpus(model, inputs, output, *, kind=None, text="text", id=None, to="jsonl", beam_args=()):
    """Answer every document of a corpus by a model of the zoo, or go on where a run was stopped.

    Each part, about a thousand documents, is read, answered and written by itself: parts may come
    in any order, one that is done is not answered again, and memory does not grow with the corpus.
    A record that is no document goes to a side output with the reason.

    Args:
        model: name of a bundled model, or "path:DIR".
        inputs: list of paths, or patterns such as `data/*.jsonl.gz`.
        output: the folder; see `zoo.pipeline.output.Output`.
        kind: "lines" (a document a line), "files" (a file is one), "jsonl" or "parquet"; None for
            what the names end in, and lines where that says nothing.
        text: the field or column of the text.
        id: that of the id, a string or an integer; None for file and place, such as `a.txt:1024`.
        to: format of the answers, "jsonl" or "parquet".
        beam_args: Beam's own, such as `["--direct_num_workers", "2", "--direct_running_mode",
            "multi_processing"]`, or `["--runner", "FlinkRunner", ...]`.

    Returns:
        `zoo.pipeline.output.Totals`.

    Raises:
        UnknownModelError, ModelFileError: there is no such model.
        CorpusError: there is no such file, or a Parquet file that lacks a column.
        CheckpointError: the folder is of a run with another model, corpus or setting.
        ValueError: no such kind or format.
    """
    _check("kind", kind, (None, *READERS))
    _check("to", to, FORMATS)
    card = info(model)
    files = find_files(inputs)
    kind = kind or kind_of(files)
    splits = cut(files, kind, [text] if id is None else [text, id])
    fields = Fields(text, id, _folder(files))
    out = Output(whole_path(output), to, card.task)
    asked = {"model": model, "kind": kind, "text": text, "id": id, "to": to}
    out.begin(asked | _contents(card, files, fields.folder) | CUTS)
    options = PipelineOptions([*QUIET, *beam_args])
    with beam.Pipeline(runner=local_runner(options), options=options) as pipeline:
        _ = (
            pipeline
            | "splits" >> beam.Create(splits)
            | "over all workers" >> beam.Reshuffle()
            | "read" >> beam.FlatMap(partial(unfinished_parts, fields=fields, output=out))
            | "answer" >> RunInference(KeyedModelHandler(PredictorHandler(model)))
            | "write" >> beam.Map(partial(write_part, output=out))
        )
    return out.totals()


def local_runner(options):
    """Return Beam's runner for one machine, in Python; None where the options name a runner.

    It is what Beam's `DirectRunner` comes to, which first looks for another one on the network.
    """
    if options.view_as(StandardOptions).runner:
        return None
    known = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    provided = beam_provision_api_pb2.ProvisionInfo(pipeline_options=known)
    return FnApiRunner(provision_info=ExtendedProvisionInfo(provided))


def unfinished_parts(split, fields, output):
    """Yield the parts of a split that are not done, each with its texts."""
    for part, texts in read_parts(split, fields):
        if not output.is_done(part.name):
            yield part, texts


def write_part(answered, output):
    """Write a part; takes the pair of it and Beam's `PredictionResult`."""
    part, result = answered
    output.write(part, result.inference)


def _folder(paths):
    """Return what all paths begin with, to its last slash.

    >>> _folder(["a/b/1", "a/b/2"]), _folder(["a/b/1", "a/bc/2"]), _folder(["1", "2"])
    ('a/b/', 'a/', '')
    """
    common = os.path.commonprefix([path[: path.rfind("/") + 1] for path in paths])
    return common[: common.rfind("/") + 1]


def _contents(card, files, folder):
    """Return what tells one model or corpus from another, by name."""
    weights = [(path, each.sha256) for path, each in card.files.items()]
    inputs = [
        (path.removeprefix(folder), each.size_in_bytes, each.last_updated_in_seconds)
        for path, each in files.items()
    ]
    return {"weights": _digest(weights), "inputs": _digest(inputs)}


def _digest(rows):
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def _check(name, value, choices):
    if value not in choices:
        raise ValueError(f"`{name}` must be one of {choices}; got {value!r}.")
