"""Options of readers: fields of a dataclass, from which a command takes its own."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import Field, field, fields
from pathlib import Path
from typing import Any, ClassVar, Self, get_type_hints

from zoo.errors import OptionError

FORMATS_HELP = "format of the files (default: by their ending)"
ENCODING_HELP = "text encoding of the files"


def option(default: Any, help: str, choices: tuple[str, ...] = ()) -> Any:
    """Return a field of a dataclass that is an option of a command, too.

    Args:
        default: default value.
        help: description, in one line.
        choices: allowed values; empty for any.
    """
    return field(default=default, metadata={"help": help, "choices": choices})


class Options:
    """Base class of the readers: dataclasses whose fields are options of a command.

    Attributes:
        formats: names of formats by the endings of files.
        other_files: name of the format of files with other endings.
        folders: whether a folder can be read.
        example: names of the two parts of an example, as in JSON Lines.
    """

    formats: ClassVar[dict[str, str]] = {}
    other_files: ClassVar[str] = ""
    folders: ClassVar[bool] = False
    example: ClassVar[tuple[str, str]] = ("words", "tags")
    format: str | None

    def __post_init__(self) -> None:
        for each in _fields(type(self)):
            known, value = each.metadata["choices"], getattr(self, each.name)
            if known and value is not None and value not in known:
                allowed = ", ".join(known)
                raise OptionError(f"`{each.name}` must be one of {allowed}, got {value!r}.")

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the reader with some options by name.

        Raises:
            OptionError: the reader does not have an option, or a value is not allowed.
        """
        names = option_names(cls)
        if unknown := [f"`{name}`" for name in options if name not in names]:
            known = ", ".join(f"`{name}`" for name in names)
            reason = f"no option for such files, which have {known}."
            raise OptionError(f"{', '.join(unknown)}: {reason}")
        return cls(**options)

    @classmethod
    def from_options(cls, options: Namespace) -> Self:
        """Return the reader with the options of a command line."""
        return cls(**{each.name: getattr(options, each.name) for each in _fields(cls)})

    @classmethod
    def changed(cls, options: Namespace) -> dict[str, Any]:
        """Return the options of a command line that differ from their defaults."""
        found = {each.name: getattr(options, each.name, each.default) for each in _fields(cls)}
        return {e.name: found[e.name] for e in _fields(cls) if found[e.name] != e.default}

    def format_of(self, path: Path) -> str:
        """Return the name of the format of a file: the option, or that of its ending."""
        if self.folders and os.path.isdir(path):
            return "folder"
        return self.format or self.formats.get(path.suffix.lower(), self.other_files)


def option_names(cls: type) -> list[str]:
    """Return the names of the options of a reader."""
    return [each.name for each in _fields(cls)]


def add_reader_arguments(parser: ArgumentParser, *readers: type[Options]) -> None:
    """Add the options of readers to a command, each name once.

    Args:
        parser: the parser of the command.
        *readers: classes of readers.
    """
    group = parser.add_argument_group("reading of files")
    options = {each.name: (cls, each) for cls in readers for each in _fields(cls)}
    for name, (cls, each) in options.items():
        shown = f" (default {each.default})" if each.default not in (None, False) else ""
        kind = _kind(cls, each)
        how: dict[str, Any] = {"action": "store_true"} if kind is bool else {"type": kind}
        same = [e for reader in readers for e in _fields(reader) if e.name == name]
        if choices := dict.fromkeys(c for e in same for c in e.metadata["choices"]):
            how["choices"] = [*choices]
        help = each.metadata["help"] + shown
        group.add_argument(option_of(name), default=each.default, help=help, **how)


def option_of(name: str) -> str:
    """Return the option of a command for an argument of a function.

    Example:

    >>> option_of("word_column")
    '--word-column'
    """
    return f"--{name.replace('_', '-')}"


def _fields(cls: type) -> list[Field[Any]]:
    return [each for each in fields(cls) if "help" in each.metadata]  # pyright: ignore


def _kind(cls: type, each: Field[Any]) -> type:
    """Return the type of the values of an option: str, int or bool."""
    hint = get_type_hints(cls)[each.name]
    return next(kind for kind in getattr(hint, "__args__", (hint,)) if kind is not type(None))
