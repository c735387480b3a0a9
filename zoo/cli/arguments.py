"""What the commands share: how one is added, what is wrong with a command line."""

import argparse


class UsageError(ValueError):
    """A command line that asks for something that is not there."""


def add_command(commands, name, run, help, json=True):
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


def whole_number(text):
    """Read a whole number above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0; got {text!r}")
    return int(text)
