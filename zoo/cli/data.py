"""The command `data`: what is in files to train on, and whether they can be trained on."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from zoo.cli.arguments import (
    READERS,
    Commands,
    UsageError,
    add_command,
    as_options,
    reader_options,
)
from zoo.data.readers.options import add_reader_arguments
from zoo.data.report.data_report import KINDS, DataReport, data_report

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
    sub.add_argument("--page", type=Path, help="write a page with examples of each label")
    add_reader_arguments(sub, *READERS)


def _data(args: argparse.Namespace) -> int:
    files = {"dev": args.dev, "test": args.test}
    report = data_report(args.train, **files, kind=args.kind, **reader_options(args))
    report.notes, report.refusals = (
        [as_options(line) for line in lines] for lines in (report.notes, report.refusals)
    )
    if args.page:
        _write_page(args.page, report, [args.train, args.dev, args.test])
    print(json.dumps(report.to_dict(), indent=2) if args.json else report)
    return int(bool(report.refusals))


def _write_page(path: Path, report: DataReport, files: Sequence[str | None]) -> None:
    if path.is_file() and any(f and Path(f).exists() and path.samefile(f) for f in files):
        raise UsageError(f"--page must not be one of the files of data; got {path}")
    try:
        path.write_text(report.to_html(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--page cannot be written: {error}") from error
