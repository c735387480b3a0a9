"""What the commands share: how one is added, what is wrong with a command line."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

# What `argparse.ArgumentParser.add_subparsers` returns.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class UsageError(ValueError):
    """A command line that asks for something that is not there."""


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    help: str,
    json: bool = True,
) -> argparse.ArgumentParser:
    """Add a command and return its parser.

    Args:
        commands: what `argparse.ArgumentParser.add_subparsers` returned.
        name: of the command.
        run: function of the parsed arguments; returns an exit code, or None for 0.
        help: what it does, in a line.
        json: whether it can print JSON instead of text for people.
    """
    sub = commands.add_parser(name, help=help, description=help)
    sub.set_defaults(run=run)
    if json:
        sub.add_argument("--json", action="store_true", help="print JSON, for machines")
    return sub


def whole_number(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0; got {text!r}")
    return int(text)
