"""The model card: description, metrics and provenance of a model."""

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
LARGEST_JSON = 10_000_000  # bytes; cards and configurations have a few thousand


@dataclass(frozen=True)
class Metric:
    """The value of a metric, with the conditions of the measurement.

    Args:
        metric: name of the metric, such as "accuracy" or "entity F1".
        value: the value.
        split: the data of the measurement, such as "test".
        conditions: further conditions that are needed to repeat it; can be empty.

    Raises:
        CardError: a field is invalid; the message names it.
    """

    metric: str = v.ruled(v.TEXT)
    value: float = v.ruled(v.NUMBER)
    split: str = v.ruled(v.TEXT)
    conditions: str = v.ruled(v.ANY_TEXT, default="")

    def __post_init__(self) -> None:
        v.check(self, "metric")


@dataclass(frozen=True)
class FileRecord:
    """The expected size and hash of a file.

    Args:
        sha256: SHA-256 of its content, 64 lower-case hexadecimal digits.
        bytes: its size in bytes.

    Raises:
        CardError: a field is invalid; the message names it.
    """

    sha256: str = v.ruled(v.SHA256)
    bytes: int = v.ruled(v.COUNT)

    def __post_init__(self) -> None:
        v.check(self, "file record")


@dataclass(frozen=True, repr=False)
class ModelCard:
    """A model card, the content of `card.json`.

    Args:
        name: name of the model.
        task: name of its task, such as "token-tagging".
        summary: description in one sentence.
        labels: the labels that it predicts.
        metrics: its measured metrics.
        parameters: number of parameters.
        size_bytes: total size of `files` in bytes.
        licence: SPDX expression of the licence of the weights.
        data: description of the training data.
        recipe: the script that trained it, relative to the repository.
        command: the command that reproduces it.
        seeds: random seeds, that of the released model first.
        limitations: its known limitations, one sentence each.
        files: the `FileRecord` of each file, by its path inside the folder with forward slashes.
        versions: versions of the libraries that were used.
        languages: languages of its texts, as IETF tags such as "en"; empty if it has none.

    Raises:
        CardError: a field is invalid; the message names it.

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
    languages: tuple[str, ...] = v.ruled(v.listing(v.TEXT), default=())

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
        """Create a card from the content of `card.json`.

        Args:
            record: dict with an entry for each field. Lists can stand for tuples, dicts for
                records.

        Returns:
            The card.

        Raises:
            CardError: a field is missing, unknown or invalid; the message names it.
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
            folder: the folder that contains `card.json`.

        Returns:
            The card.

        Raises:
            ModelFileError: the card is missing or is not a JSON object.
            CardError: the card has a missing, unknown or invalid field.
        """
        return cls.from_dict(read_json(Path(folder) / CARD_FILE))

    def __repr__(self) -> str:
        return f"ModelCard({self.name!r}, {self.task}, {self.size_bytes / 1e6:.1f} MB)"

    def __str__(self) -> str:
        return self.to_markdown()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    @property
    def score(self) -> Metric | None:
        """The first metric on the test set, by which the model is known; None if there is none."""
        return next((m for m in self.metrics if m.split.startswith("test")), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain dicts, lists, strings and numbers, as in `card.json`."""
        return json.loads(json.dumps(asdict(self)))

    def to_markdown(self) -> str:
        """Return the card as a page of Markdown."""
        facts = {
            "task": self.task,
            "labels": ", ".join(self.labels),
            "languages": ", ".join(self.languages) or "none",
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
    """Read a file that contains one JSON object.

    Args:
        path: path of the file.

    Returns:
        The object as a dict.

    Raises:
        ModelFileError: the file is missing or does not contain a JSON object.
    """
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file, but a model folder needs it")
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise ValueError(f"more than {LARGEST_JSON} bytes")
        text = path.read_text(encoding="utf-8")
        record = json.loads(text, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError, OSError) as error:
        raise ModelFileError(f"{path}: expected JSON in UTF-8, found: {error}") from error
    if not isinstance(record, dict):
        raise ModelFileError(f"{path}: expected a JSON object, found a {type(record).__name__}")
    return cast("dict[str, Any]", record)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"a field twice: {max(names, key=names.count)!r:.80}")
    return found


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = ([str(cell).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
