"""The configuration of a model folder: against its schema, its card and its vocabularies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from zoo.hub.card import ModelCard
from zoo.hub.errors import ModelFileError
from zoo.hub.renames import renamed
from zoo.trust.configs import ConfigRules
from zoo.trust.schema import check_object, invalid

CONFIG_FILE = "config.json"


def check_config(
    folder: str | Path, config: Mapping[str, Any], rules: ConfigRules, card: ModelCard | None
) -> dict[str, Any]:
    """Check the content of `config.json`.

    Args:
        folder: the model folder.
        config: the content of its `config.json`.
        rules: the rules of the task.
        card: the card of the folder, if there is one.

    Returns:
        The configuration with the present names of the model's arguments.

    Raises:
        ModelFileError: a field is missing, unknown or invalid, or disagrees with another field,
            the card, or the size of a vocabulary; or the card does not list a vocabulary. The
            message names the file and the field.
    """
    folder = Path(folder)
    file = folder / CONFIG_FILE
    checked = dict(config)
    if isinstance(config.get("model"), dict):
        checked["model"] = renamed(config["model"])
    check_object(checked, rules.schema, file)
    for field, right in rules.relations(checked):
        found = _value(checked, field)
        if sorted(found) != sorted(right) if isinstance(right, list) else found != right:
            raise invalid(file, field, f"{right!r}, as its other fields say", found)
    if card:
        for field, right in (("task", card.task), ("labels", list(card.labels))):
            if checked[field] != right:
                raise invalid(file, field, f"{right!r}, as the card says", checked[field])
        check_listed(folder, [f"{name}.txt" for name in rules.vocabularies(checked)], card)
    for name, (field, size) in rules.vocabularies(checked).items():
        _check_vocabulary(folder / f"{name}.txt", field, size)
    return checked


def _check_vocabulary(path: Path, field: str, size: int | None) -> None:
    if not path.is_file():
        raise ModelFileError(f"{path}: no such file, but the model needs it")
    content = path.read_bytes()
    lines = content.count(b"\n")
    if not content.endswith(b"\n") or size not in (None, lines):
        raise ModelFileError(
            f"{path}: must have as many lines as `{field}` in config.json says, {size}, each with "
            f"its line break; found {lines}"
        )


def check_listed(folder: Path, names: Collection[str], card: ModelCard) -> None:
    """Raise `ModelFileError` if the card does not list one of the files `names`."""
    for name in names:
        if name not in card.files:
            raise ModelFileError(
                f"{folder}: {name} is needed, and the card does not list it with its hash"
            )


def _value(config: Mapping[str, Any], field: str) -> Any:
    found: Any = config
    for name in field.split("."):
        found = found[name]
    return found
