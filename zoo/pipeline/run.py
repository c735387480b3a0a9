"""The Beam pipeline from the files of a corpus to a folder of answers."""

import hashlib
import os.path
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.ml.inference.base import KeyedModelHandler, RunInference
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.portability.api import beam_provision_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import (
    ExtendedProvisionInfo,
    FnApiRunner,
)
from apache_beam.runners.portability.portable_runner import JobServiceHandle

from zoo.hub import ModelCard, info
from zoo.pipeline.handler import PredictorHandler
from zoo.pipeline.output import FORMATS, Output, Totals
from zoo.pipeline.records import (
    PART_CHARACTERS,
    PART_DOCUMENTS,
    READERS,
    Fields,
    Part,
    read_parts,
)
from zoo.pipeline.splits import (
    MOST_SPLITS,
    SPLIT_BYTES,
    SPLIT_FILES,
    Split,
    cut,
    find_files,
    kind_of,
    whole_path,
)

# Messages of the workers below this level are about Beam itself.
QUIET = ["--default_sdk_harness_log_level", "ERROR"]
CUTS = {
    "split": [SPLIT_BYTES, SPLIT_FILES, MOST_SPLITS],
    "part": [PART_DOCUMENTS, PART_CHARACTERS],
}


def tag_corpus(
    model: str,
    inputs: Sequence[str | Path],
    output: str | Path,
    *,
    kind: str | None = None,
    text: str = "text",
    id: str | None = None,
    to: str = "jsonl",
    beam_args: Sequence[str] = (),
) -> Totals:
    """Run a model on every document of a corpus, or resume an interrupted run.

    The corpus is split into parts of about a thousand documents. Each part is read, answered and
    written independently, so that memory does not grow with the corpus, and a part that is done is
    not answered again. An invalid record is written to `refused` with the reason.

    Args:
        model: name of a bundled model, or "path:DIR".
        inputs: list of paths, or patterns such as `data/*.jsonl.gz`.
        output: the output folder; see `zoo.pipeline.output.Output`.
        kind: "lines" (one document per line), "files" (one document per file), "jsonl" or
            "parquet"; None to choose by the file extensions, with "lines" as the default.
        text: field or column of the text.
        id: field or column of the id, a string or an integer; None for file and offset, such as
            `a.txt:1024`.
        to: format of the answers, "jsonl" or "parquet".
        beam_args: options of Apache Beam, such as `["--direct_num_workers", "2",
            "--direct_running_mode", "multi_processing"]` or `["--runner", "FlinkRunner", ...]`.

    Returns:
        The `zoo.pipeline.output.Totals` of the run.

    Raises:
        UnknownModelError, ModelFileError: the model does not exist.
        CorpusError: a file does not exist, or a Parquet file lacks a column.
        CheckpointError: the folder belongs to a run with another model, corpus or setting.
        ValueError: `kind` or `to` is unknown.
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


def local_runner(options: PipelineOptions) -> FnApiRunner | None:
    """Return Beam's local runner in Python, or None if the options name a runner.

    Beam's `DirectRunner` chooses the same runner, but first looks for others on the network.
    """
    if options.view_as(StandardOptions).runner:
        return None
    known = JobServiceHandle.encode_pipeline_options(options.get_all_options())
    provided = beam_provision_api_pb2.ProvisionInfo(pipeline_options=known)
    return FnApiRunner(provision_info=ExtendedProvisionInfo(provided))


def unfinished_parts(
    split: Split, fields: Fields, output: Output
) -> Iterator[tuple[Part, list[str]]]:
    """Yield the parts of a split that are not done, each with its texts."""
    for part, texts in read_parts(split, fields):
        if not output.is_done(part.name):
            yield part, texts


def write_part(answered: tuple[Part, Any], output: Output) -> None:
    """Write a part, given with its `PredictionResult` of Beam."""
    part, result = answered
    output.write(part, result.inference)


def _folder(paths: Iterable[str]) -> str:
    """Return the common folder of all paths, with a trailing slash.

    >>> _folder(["a/b/1", "a/b/2"]), _folder(["a/b/1", "a/bc/2"]), _folder(["1", "2"])
    ('a/b/', 'a/', '')
    """
    common = os.path.commonprefix([path[: path.rfind("/") + 1] for path in paths])
    return common[: common.rfind("/") + 1]


def _contents(card: ModelCard, files: dict[str, Any], folder: str) -> dict[str, str]:
    """Return hashes that identify the model and the corpus."""
    weights = [(path, each.sha256) for path, each in card.files.items()]
    inputs = [
        (path.removeprefix(folder), each.size_in_bytes, each.last_updated_in_seconds)
        for path, each in files.items()
    ]
    return {"weights": _digest(weights), "inputs": _digest(inputs)}


def _digest(rows: Iterable[Any]) -> str:
    return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()


def _check(name: str, value: str | None, choices: Sequence[str | None]) -> None:
    if value not in choices:
        raise ValueError(f"`{name}` must be one of {choices}; got {value!r}.")
