"""Options of readers: fields of a dataclass, from which a command takes its own."""

from argparse import ArgumentParser, Namespace
from dataclasses import Field, field, fields
from pathlib import Path
from typing import Any, ClassVar, Self, get_type_hints

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
    """Base class of the readers: dataclasses whose fields are options of a command."""

    formats: ClassVar[dict[str, str]] = {}
    other_files: ClassVar[str] = ""
    format: str | None

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Add the options of the reader to a command."""
        group = parser.add_argument_group("reading of files")
        for each in _fields(cls):
            shown = f" (default {each.default})" if each.default not in (None, False) else ""
            kind = _kind(cls, each)
            how: dict[str, Any] = {"action": "store_true"} if kind is bool else {"type": kind}
            if choices := each.metadata["choices"]:
                how["choices"] = choices
            group.add_argument(
                f"--{each.name.replace('_', '-')}",
                default=each.default,
                help=each.metadata["help"] + shown,
                **how,
            )

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
        if path.is_dir() and "folder" in self.formats.values():
            return self.format or "folder"
        return self.format or self.formats.get(path.suffix.lower(), self.other_files)


def _fields(cls: type) -> list[Field[Any]]:
    return [each for each in fields(cls) if "help" in each.metadata]  # pyright: ignore


def _kind(cls: type, each: Field[Any]) -> type:
    """Return the type of the values of an option: str, int or bool."""
    hint = get_type_hints(cls)[each.name]
    return next(kind for kind in getattr(hint, "__args__", (hint,)) if kind is not type(None))
