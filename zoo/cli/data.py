"""The command `data`: what is in files to train on, and whether they can be trained on."""

import argparse
import json

from zoo.cli.arguments import Commands, UsageError, add_command, as_options
from zoo.data.data_report import KINDS, data_report
from zoo.data.readers.options import add_reader_arguments

KIND = "what the files hold: tags of spans, one tag per word, or labelled texts (default: guessed)"


def add_commands(commands: Commands) -> None:
    """Add the command to a parser."""
    sub = add_command(
        commands, "data", _data, "check files to train on; exit code 1 if they are refused"
    )
    sub.add_argument("train", metavar="FILE", help="file or folder to train on")
    sub.add_argument("--dev", help="file or folder to choose the best epoch on")
    sub.add_argument("--test", help="file or folder for the report")
    sub.add_argument("--kind", choices=KINDS, help=KIND)
    add_reader_arguments(sub, *KINDS.values())


def _data(args: argparse.Namespace) -> int:
    options = {name: value for kind in KINDS.values() for name, value in kind.changed(args).items()}
    try:
        report = data_report(args.train, dev=args.dev, test=args.test, kind=args.kind, **options)
    except ValueError as error:
        raise UsageError(as_options(str(error))) from error
    print(json.dumps(report.to_dict(), indent=2) if args.json else as_options(str(report)))
    return int(bool(report.refusals))
