"""The files of a model folder that every runtime reads: vocabularies, and how text is cut."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoo.hub.errors import ModelFileError
from zoo.tasks import TASKS, Task
from zoo.text import CharacterTokenizer, Vocabulary, WordTokenizer

VOCABULARIES = ("vocabulary", "words", "characters")

TOKENIZERS = {"characters": CharacterTokenizer, "words": WordTokenizer}


def one_of(folder: Path, config: Mapping[str, Any], key: str, table: Mapping[str, Any]) -> Any:
    """Return the entry of `table` that a configuration names under `key`.

    Raises:
        ModelFileError: it names none of them.
    """
    if config.get(key) not in table:
        raise ModelFileError(
            f"{folder}: `{key}` in config.json must be one of {list(table)}, "
            f"got {config.get(key)!r}"
        )
    return table[config[key]]


def task_of(folder: Path, config: Mapping[str, Any]) -> Task:
    """Return the `zoo.tasks.Task` that `config.json` names."""
    return one_of(folder, config, "task", TASKS)


def tokenizer_of(folder: Path, config: Mapping[str, Any]) -> Any:
    """Return the tokenizer that `config.json` names."""
    return one_of(folder, config.get("preprocessor", {}), "tokenizer", TOKENIZERS)()


def read_vocabularies(folder: Path) -> dict[str, Vocabulary]:
    """Return dict of the vocabularies that a model folder has, by name."""
    there = (name for name in VOCABULARIES if (folder / f"{name}.txt").is_file())
    return {name: read_vocabulary(folder, name) for name in there}


def read_vocabulary(folder: Path, name: str) -> Vocabulary:
    """Return the `Vocabulary` in the file NAME.txt.

    Raises:
        ModelFileError: it is missing or broken.
    """
    try:
        return Vocabulary.load(folder / f"{name}.txt")
    except ValueError as error:
        raise ModelFileError(str(error)) from error
