"""The model card: what a model is, how well it does, and what made it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any, cast

from zoo.hub import validation as v
from zoo.hub.errors import CardError, ModelFileError

CARD_FILE = "card.json"


@dataclass(frozen=True)
class Metric:
    """One measured number, with the conditions under which it was measured.

    Args:
        metric: its name, such as "accuracy" or "entity F1".
        value: the number.
        split: the data that it was measured on, such as "test".
        conditions: what else has to be known to measure it again; may be empty.

    Raises:
        CardError: naming the field that does not fit.
    """

    metric: str = v.ruled(v.TEXT)
    value: float = v.ruled(v.NUMBER)
    split: str = v.ruled(v.TEXT)
    conditions: str = v.ruled(v.ANY_TEXT, default="")

    def __post_init__(self) -> None:
        v.check(self, "metric")


@dataclass(frozen=True)
class FileRecord:
    """What a file of the model must be.

    Args:
        sha256: hash of its content, 64 lower-case hexadecimal digits.
        bytes: its size.

    Raises:
        CardError: naming the field that does not fit.
    """

    sha256: str = v.ruled(v.SHA256)
    bytes: int = v.ruled(v.COUNT)

    def __post_init__(self) -> None:
        v.check(self, "file record")


@dataclass(frozen=True)
class ModelCard:
    """A model card, the content of `card.json`.

    Args:
        name: the model's name in the zoo.
        task: what it does, such as "token-tagging".
        summary: one sentence.
        labels: the labels that it gives, in the order of its outputs.
        metrics: `Metric` records.
        parameters: number of weights.
        size_bytes: size of all files together, the sum over `files`.
        licence: SPDX expression of the weights.
        data: what it was trained on.
        recipe: the script that made it, relative to the repository.
        command: the command that makes it again.
        seeds: random seeds, the released model's first.
        limitations: what it cannot do, one sentence each.
        files: `FileRecord` of each file, by its path inside the folder with forward slashes.
        versions: version by library.

    Raises:
        CardError: naming the field that does not fit.

    Example:

    >>> card = ModelCard(
    ...     name="tiny", task="token-tagging", summary="A test.", labels=("O", "I"), metrics=(),
    ...     parameters=7, size_bytes=0, licence="Apache-2.0", data="generated",
    ...     recipe="recipes/tiny.py", command="python recipes/tiny.py", seeds=(0,),
    ...     limitations=(), files={}, versions={"zoo": "0.1.0"})
    >>> ModelCard.from_dict(card.to_dict()) == card
    True
    """

    name: str = v.ruled(v.NAME)
    task: str = v.ruled(v.TEXT)
    summary: str = v.ruled(v.TEXT)
    labels: tuple[str, ...] = v.ruled(v.listing(v.TEXT))
    metrics: tuple[Metric, ...] = v.ruled(v.listing(v.instance(Metric)))
    parameters: int = v.ruled(v.COUNT)
    size_bytes: int = v.ruled(v.COUNT)
    licence: str = v.ruled(v.TEXT)
    data: str = v.ruled(v.TEXT)
    recipe: str = v.ruled(v.TEXT)
    command: str = v.ruled(v.TEXT)
    seeds: tuple[int, ...] = v.ruled(v.listing(v.COUNT))
    limitations: tuple[str, ...] = v.ruled(v.listing(v.TEXT))
    files: dict[str, FileRecord] = v.ruled(v.mapping(v.instance(FileRecord)))
    versions: dict[str, str] = v.ruled(v.mapping(v.TEXT))

    def __post_init__(self) -> None:
        v.check(self, "card")
        total = sum(record.bytes for record in self.files.values())
        if self.size_bytes != total:
            raise CardError(
                f"card field 'size_bytes' must be the sum over 'files', {total}; "
                f"got {self.size_bytes}"
            )

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> ModelCard:
        """Build a card from an object like that in `card.json`.

        Args:
            record: dict with one entry for each field; lists or tuples, dicts or records.

        Returns:
            The card.

        Raises:
            CardError: naming the field that is missing, unknown or does not fit.
        """
        record = {
            k: tuple(cast("list[Any]", x)) if isinstance(x, list) else x
            for k, x in dict(record).items()
        }
        if isinstance(record.get("metrics"), tuple):
            record["metrics"] = tuple(v.build(Metric, m, "metric") for m in record["metrics"])
        if isinstance(record.get("files"), dict):
            record["files"] = {
                path: v.build(FileRecord, each, f"file record of {path!r}")
                for path, each in record["files"].items()
            }
        return v.build(cls, record, "card")

    @classmethod
    def read(cls, folder: str | PathLike[str]) -> ModelCard:
        """Read the card of a model folder.

        Args:
            folder: path of the folder that holds `card.json`.

        Returns:
            The card.

        Raises:
            ModelFileError: when there is no card or it is not a JSON object.
            CardError: when the card does not hold together.
        """
        return cls.from_dict(read_json(Path(folder) / CARD_FILE))

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain dicts, lists, strings and numbers, as `card.json` holds it."""
        return json.loads(json.dumps(asdict(self)))

    def to_markdown(self) -> str:
        """Return the card as a page of Markdown, for people."""
        facts = {
            "task": self.task,
            "labels": ", ".join(self.labels),
            "parameters": f"{self.parameters:,}",
            "size": f"{self.size_bytes:,} bytes",
            "licence": self.licence,
            "data": self.data,
            "recipe": f"`{self.recipe}`",
            "command": f"`{self.command}`",
            "seeds": ", ".join(map(str, self.seeds)),
            "made with": ", ".join(f"{name} {version}" for name, version in self.versions.items()),
        }
        metrics = [(m.metric, f"{m.value:.6g}", m.split, m.conditions) for m in self.metrics]
        files = [(path, f"{each.bytes:,}", each.sha256) for path, each in self.files.items()]
        parts = [f"# {self.name}", self.summary, _table(("", ""), facts.items())]
        if metrics:
            parts += ["## Metrics", _table(("metric", "value", "split", "conditions"), metrics)]
        if self.limitations:
            parts += ["## Limitations", "\n".join(f"- {each}" for each in self.limitations)]
        parts += ["## Files", _table(("file", "bytes", "sha256"), files)]
        return "\n\n".join(parts) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Args:
        path: `pathlib.Path` of the file.

    Returns:
        A dict.

    Raises:
        ModelFileError: naming the file when it is missing or holds something else.
    """
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file, but a model folder holds one")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelFileError(f"{path}: expected JSON in UTF-8, found: {error}") from error
    if not isinstance(record, dict):
        raise ModelFileError(f"{path}: expected a JSON object, found a {type(record).__name__}")
    return cast("dict[str, Any]", record)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = ([str(cell).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
