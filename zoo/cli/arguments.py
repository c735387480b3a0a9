"""Helpers for the commands: adding a command, types of arguments, usage errors."""

import argparse
import re
from collections.abc import Callable
from typing import Any, TypeAlias

from zoo.data.readers.options import option_names, option_of
from zoo.data.report.data_report import KINDS

READERS = KINDS.values()

# The type of the result of `argparse.ArgumentParser.add_subparsers`.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

NAME_HELP = "name of a bundled model, or path:DIR"


class UsageError(ValueError):
    """An invalid command line; the message is printed without a traceback."""


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    help: str,
    json: bool = True,
) -> argparse.ArgumentParser:
    """Add a command and return its parser.

    Args:
        commands: the result of `argparse.ArgumentParser.add_subparsers`.
        name: name of the command.
        run: function of the parsed arguments that returns an exit code, or None for 0.
        help: description in one line.
        json: whether the command has the option `--json`.

    Returns:
        The parser of the command.
    """
    sub = commands.add_parser(name, help=help, description=help)
    sub.set_defaults(run=run)
    if json:
        sub.add_argument("--json", action="store_true", help="print JSON")
    return sub


def reader_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options of readers on a command line that differ from their defaults."""
    return {name: value for each in READERS for name, value in each.changed(args).items()}


def as_options(message: str) -> str:
    """Return an error message with options of the command in place of a function's arguments.

    Example:

    >>> as_options("my.csv:1: no column 'text': pass `text_column`.")
    "my.csv:1: no column 'text': pass --text-column."
    """
    names = {"data_dir", "dev", "kind", "teacher", "test", "train", "vectors"}
    names.update(*map(option_names, READERS))

    def option(found: re.Match[str]) -> str:
        return option_of(found[1]) if found[1] in names else found[0]

    return re.sub(r"`(\w+)`", option, message)


def fraction(text: str) -> float:
    """Parse a number between 0 and 1.

    Raises:
        argparse.ArgumentTypeError: `text` is not such a number.
    """
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a number between 0 and 1; got {text!r}")
    return number
