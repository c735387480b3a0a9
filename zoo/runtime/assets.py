"""The parts of a model folder that every runtime reads: task, tokenizer and vocabularies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zoo.hub.errors import ModelFileError
from zoo.tasks import TASKS, Task
from zoo.text import CharacterTokenizer, Vocabulary, WordTokenizer
from zoo.text.markup import blank_markup

VOCABULARIES = ("vocabulary", "words", "characters")

TOKENIZERS = {"characters": CharacterTokenizer, "words": WordTokenizer}
MARKUP = {"blank": blank_markup}


def one_of(folder: Path, config: Mapping[str, Any], key: str, table: Mapping[str, Any]) -> Any:
    """Look up the value of a configuration in a table.

    Args:
        folder: the model folder, for the message.
        config: the configuration.
        key: its entry, the name of a row of `table`.
        table: the valid values by name.

    Returns:
        The row of `table`.

    Raises:
        ModelFileError: the entry is missing or names no row.
    """
    if not isinstance(config.get(key), str) or config[key] not in table:
        raise ModelFileError(
            f"{folder}: `{key}` in config.json must be one of {list(table)}, "
            f"got {config.get(key)!r:.80}"
        )
    return table[config[key]]


def task_of(folder: Path, config: Mapping[str, Any]) -> Task:
    """Return the `zoo.tasks.Task` that `config.json` names."""
    return one_of(folder, config, "task", TASKS)


def tokenizer_of(folder: Path, config: Mapping[str, Any]) -> Any:
    """Return the tokenizer that `config.json` names."""
    return one_of(folder, config.get("preprocessor", {}), "tokenizer", TOKENIZERS)()


def cleaner_of(folder: Path, config: Mapping[str, Any]) -> Callable[[str], str]:
    """Return the function that replaces markup, if `config.json` asks for it, or `str`."""
    preprocessor = config.get("preprocessor", {})
    return one_of(folder, preprocessor, "markup", MARKUP) if "markup" in preprocessor else str


def read_vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """Return the vocabularies of a model folder by name."""
    existing = (name for name in VOCABULARIES if (folder / f"{name}.txt").is_file())
    return {name: read_vocabulary(folder, name) for name in existing}


def read_vocabulary(folder: Path, name: str) -> Vocabulary:
    """Read the `Vocabulary` in the file NAME.txt of a model folder.

    Raises:
        ModelFileError: the file is missing or invalid.
    """
    try:
        return Vocabulary.load(folder / f"{name}.txt")
    except ValueError as error:
        raise ModelFileError(str(error)) from error
