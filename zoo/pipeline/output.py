"""The folder of a run: answers, refusals and receipts, each file whole or not there."""

import glob
import io
import json
import uuid
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystems import FileSystems

from zoo.errors import check_conditions
from zoo.tasks import task_named

FORMATS = ("jsonl", "parquet")
SPANS = pa.list_(
    pa.struct(
        {
            "text": pa.string(),
            "label": pa.string(),
            "start": pa.int64(),
            "end": pa.int64(),
            "score": pa.float64(),
        }
    )
)


def schema_of(task):
    """Return what the answer to a document is written as, beside its id, by the task's name."""
    if field := task_named(task).field:
        return pa.schema({"id": pa.string(), field: SPANS})
    return pa.schema({"id": pa.string(), "label": pa.string(), "score": pa.float64()})


class Totals(NamedTuple):
    """What a run came to, with what earlier starts of it did.

    Args:
        parts: how many files of answers there are.
        documents: how many documents were answered.
        refused: how many records were none.
    """

    parts: int
    documents: int
    refused: int


class Output(NamedTuple):
    """The folder of a run, on any file system that Beam knows.

    A part has up to three files, moved into place when they are written, the receipt last:
    `refused/PART.jsonl`, if it has refusals, `answers/PART.jsonl` or `.parquet`, and
    `done/PART.json`. What has a receipt is done.

    Args:
        folder: a path.
        format: "jsonl" or "parquet", of the answers.
        task: of the model.
    """

    folder: str
    format: str
    task: str

    def begin(self, conditions):
        """Make the folder that of this run, or go on in it; drop what is half done.

        Raises:
            CheckpointError: it is of a run under other conditions.
        """
        path = self._path("run.json")
        if FileSystems.exists(path):
            check_conditions(path, read_json(path), conditions)
        else:
            self._write(path, json.dumps(conditions, indent=1).encode())
        half_done = self._files("unfinished/*")
        if half_done:
            FileSystems.delete(half_done)

    def is_done(self, part):
        """Return whether a part is done, by its name."""
        return FileSystems.exists(self._path("done", f"{part}.json"))

    def write(self, part, answers):
        """Write the answers to the documents of a part; its errors among them become refusals.

        Args:
            part: a `zoo.pipeline.records.Part`.
            answers: list of those of a predictor, or errors.
        """
        pairs = list(zip(part.ids, answers, strict=True))
        records = [self._record(id, each) for id, each in pairs if not isinstance(each, Exception)]
        refusals = [each._asdict() for each in part.refusals]
        refusals += [
            {"position": id, "reason": f"the model: {each}"}
            for id, each in pairs
            if isinstance(each, Exception)
        ]
        if refusals:
            self._write(self._path("refused", f"{part.name}.jsonl"), as_jsonl(refusals))
        content = as_jsonl(records) if self.format == "jsonl" else self._parquet(records)
        self._write(self._path("answers", f"{part.name}.{self.format}"), content)
        receipt = {"documents": len(records), "refused": len(refusals)}
        self._write(self._path("done", f"{part.name}.json"), json.dumps(receipt).encode())

    def totals(self):
        """Return the `Totals` of all receipts."""
        receipts = [read_json(path) for path in self._files("done/*")]
        sums = [sum(each[name] for each in receipts) for name in ("documents", "refused")]
        return Totals(len(receipts), *sums)

    def _record(self, id, answer):
        if isinstance(answer, list):
            return {"id": id, task_named(self.task).field: [vars(each) for each in answer]}
        return {"id": id, **vars(answer)}

    def _parquet(self, records):
        file = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(records, schema_of(self.task)), file)
        return file.getvalue()

    def _path(self, *parts):
        return FileSystems.join(self.folder, *parts)

    def _files(self, pattern):
        path = FileSystems.join(glob.escape(self.folder), *pattern.split("/"))
        return [each.path for each in FileSystems.match([path])[0].metadata_list]

    def _write(self, path, content):
        """Write a file under a name of its own and move it into place, over one that is there."""
        fresh = self._path("unfinished", uuid.uuid4().hex)
        with FileSystems.create(fresh) as file:
            file.write(content)
        folder = FileSystems.split(path)[0]
        if not FileSystems.exists(folder):
            make_folder(folder)
        FileSystems.rename([fresh], [path])


def make_folder(path):
    """Make a folder where it is not there; another worker may do so at the same time."""
    try:
        FileSystems.mkdirs(path)
    except OSError:
        if not FileSystems.exists(path):
            raise


def read_json(path):
    """Return what a JSON file holds."""
    with FileSystems.open(path) as file:
        return json.load(file)


def as_jsonl(records):
    """Return records as lines of JSON, in bytes.

    Example:

    >>> as_jsonl([{"id": "a", "label": None}, {"id": "é"}]).decode().splitlines()
    ['{"id": "a", "label": null}', '{"id": "é"}']
    """
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records).encode()
