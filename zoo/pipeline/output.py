"""The output folder of a run: answers, refusals and receipts; each file is written atomically."""

import glob
import io
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystems import FileSystems

from zoo.errors import check_conditions
from zoo.pipeline.records import Part
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


def schema_of(task: str) -> pa.Schema:
    """Return the Parquet schema of the answers of a task."""
    if field := task_named(task).field:
        return pa.schema({"id": pa.string(), field: SPANS})
    return pa.schema({"id": pa.string(), "label": pa.string(), "score": pa.float64()})


class Totals(NamedTuple):
    """The totals of a run, including those before an interruption.

    Args:
        parts: number of files of answers.
        documents: number of answered documents.
        refused: number of refused records.
    """

    parts: int
    documents: int
    refused: int


class Output(NamedTuple):
    """The output folder of a run, on any file system that Beam supports.

    A part has up to three files: `refused/PART.jsonl`, if it has refusals, `answers/PART.jsonl` or
    `.parquet`, and the receipt `done/PART.json`. Each is moved into place after it is written, the
    receipt last. A part with a receipt is done.

    Args:
        folder: path of the folder.
        format: "jsonl" or "parquet", the format of the answers.
        task: name of the model's task.
    """

    folder: str
    format: str
    task: str

    def begin(self, conditions: dict[str, Any]) -> None:
        """Start or resume a run in the folder, and delete unfinished files.

        Args:
            conditions: dict of plain values that determine the answers.

        Raises:
            CheckpointError: the folder belongs to a run under other conditions.
        """
        path = self._path("run.json")
        if FileSystems.exists(path):
            check_conditions(path, read_json(path), conditions)
        else:
            self._write(path, json.dumps(conditions, indent=1).encode())
        unfinished = self._files("unfinished/*")
        if unfinished:
            FileSystems.delete(unfinished)

    def is_done(self, part: str) -> bool:
        """Return whether the part of this name is done."""
        return FileSystems.exists(self._path("done", f"{part}.json"))

    def write(self, part: Part, answers: Sequence[Any]) -> None:
        """Write the answers of a part; errors among them become refusals.

        Args:
            part: the part.
            answers: for each document its result or an error.
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

    def totals(self) -> Totals:
        """Return the totals of all receipts."""
        receipts = [read_json(path) for path in self._files("done/*")]
        sums = [sum(each[name] for each in receipts) for name in ("documents", "refused")]
        return Totals(len(receipts), *sums)

    def _record(self, id: str, answer: Any) -> dict[str, Any]:
        field = task_named(self.task).field
        return {"id": id, **({field: answer.to_dict()} if field else answer.to_dict())}

    def _parquet(self, records: list[dict[str, Any]]) -> bytes:
        file = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(records, schema_of(self.task)), file)
        return file.getvalue()

    def _path(self, *parts: str) -> str:
        return FileSystems.join(self.folder, *parts)

    def _files(self, pattern: str) -> list[str]:
        path = FileSystems.join(glob.escape(self.folder), *pattern.split("/"))
        return [each.path for each in FileSystems.match([path])[0].metadata_list]

    def _write(self, path: str, content: bytes) -> None:
        """Write a file under a temporary name and move it into place, replacing an older one."""
        fresh = self._path("unfinished", uuid.uuid4().hex)
        with FileSystems.create(fresh) as file:
            file.write(content)
        folder = FileSystems.split(path)[0]
        if not FileSystems.exists(folder):
            make_folder(folder)
        FileSystems.rename([fresh], [path])


def make_folder(path: str) -> None:
    """Create a folder unless it exists; another worker can do so at the same time."""
    try:
        FileSystems.mkdirs(path)
    except OSError:
        if not FileSystems.exists(path):
            raise


def read_json(path: str) -> Any:
    """Return the content of a JSON file."""
    with FileSystems.open(path) as file:
        return json.load(file)


def as_jsonl(records: Iterable[dict[str, Any]]) -> bytes:
    """Return records as JSON Lines in UTF-8.

    Example:

    >>> as_jsonl([{"id": "a", "label": None}, {"id": "é"}]).decode().splitlines()
    ['{"id": "a", "label": null}', '{"id": "é"}']
    """
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records).encode()
