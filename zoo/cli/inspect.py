"""The command `inspect`: figures of a model's internal states for a text."""

import argparse
import json
import re
import sys
import webbrowser
from pathlib import Path

import zoo
from zoo.cli.arguments import NAME_HELP, Commands, UsageError, add_command


def add_commands(commands: Commands) -> None:
    """Add the command to a parser."""
    sub = add_command(
        commands, "inspect", _inspect, "plot the internal states of a model for a text"
    )
    sub.add_argument("name", help=NAME_HELP)
    sub.add_argument("text", help="the text, or - to read it from stdin")
    sub.add_argument("--output", type=Path, help="output folder (default runs/inspect-NAME)")
    sub.add_argument("--open", action="store_true", help="open the page in a browser")


def _inspect(args: argparse.Namespace) -> None:
    text = sys.stdin.read() if args.text == "-" else args.text
    if not text.strip():
        raise UsageError("TEXT must have words in it; got an empty text")
    predictor = zoo.load(args.name)
    from zoo.inspect import inspect_text, write_page

    try:
        inspection = inspect_text(predictor, text)
    except (TypeError, ValueError) as error:
        raise UsageError(error) from error
    folder = args.output or Path("runs") / re.sub(r"[^\w.-]+", "-", f"inspect-{args.name}")
    try:
        page = write_page(inspection, folder, args.name)
    except OSError as error:
        raise UsageError(f"--output cannot be written: {error}") from error
    pictures = sorted(path.name for path in folder.glob("*.png"))
    if args.json:
        print(json.dumps({"page": str(page), "pictures": pictures}))
    else:
        print(f"{page}\n{', '.join(pictures)}")
    if args.open:
        webbrowser.open(page.resolve().as_uri())
