"""The commands that use models: list, info, predict, tag-corpus."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import tee
from pathlib import Path
from typing import TextIO, TypeVar

import zoo
from zoo.cli.arguments import (
    NAME_HELP,
    READERS,
    Commands,
    UsageError,
    add_command,
    fraction,
    reader_options,
)
from zoo.data.readers.lines import stream_lines
from zoo.data.readers.options import add_reader_arguments
from zoo.hub import ModelCard
from zoo.hub.load import RUNTIME_FILES
from zoo.pipeline import command as corpus
from zoo.printing import readable, table_lines, weight_lines
from zoo.recipes.checks import whole_number

PROGRESS_SECONDS = 0.5
T = TypeVar("T")


def add_commands(commands: Commands) -> None:
    """Add the commands to a parser."""
    sub = add_command(commands, "list", _list, "list the bundled models")
    sub.add_argument("pattern", nargs="?", default="*", help="shell wildcards, such as '*ner*'")

    sub = add_command(commands, "info", _info, "show the card of a model")
    sub.add_argument("name", help=NAME_HELP)

    sub = add_command(commands, "predict", _predict, "run a model on texts, one per line")
    sub.add_argument("name", help=NAME_HELP)
    sub.add_argument("text", nargs="?", help="the text, or - to read lines from stdin")
    sub.add_argument("--file", help="read lines from this file")
    sub.add_argument("--encoding", default="utf-8", help="of that file (default %(default)s)")
    sub.add_argument(
        "--runtime", choices=RUNTIME_FILES, default="litert", help="(default %(default)s)"
    )
    sub.add_argument(
        "--live", action="store_true", help="print each prediction before the next line is read"
    )
    sub.add_argument(
        "--explain", action="store_true", help="also print the words that contribute most"
    )

    sub.add_argument(
        "--min-score", type=fraction, default=0.0, help="leave out results with a lower score"
    )

    sub = add_command(commands, "evaluate", _evaluate, "measure a model on labelled examples")
    sub.add_argument("name", help=NAME_HELP)
    sub.add_argument("path", metavar="FILE", help="file or folder of examples, as for zoo train")
    sub.add_argument("--limit", type=whole_number, help="number of examples (default all)")
    add_reader_arguments(sub, *READERS)

    sub = add_command(
        commands, "tag-corpus", corpus.run, "run a model on a corpus of any size, with Apache Beam"
    )
    corpus.add_arguments(sub)


def _list(args: argparse.Namespace) -> None:
    names = zoo.list_models(args.pattern)
    cards = {name: zoo.info(name) for name in names}
    if args.json:
        print(json.dumps([card.to_dict() for card in cards.values()], indent=2))
        return
    if cards:
        print(table_lines([_row(card) for card in cards.values()]))


def _row(card: ModelCard) -> dict[str, str | None]:
    score = card.score
    return {
        "model": card.name,
        "task": card.task,
        "score on test": f"{score.metric} {100 * score.value:.2f}" if score else None,
        "size": f"{card.size_bytes / 1e6:.1f} MB",
        "languages": ", ".join(card.languages) or None,
    }


def _info(args: argparse.Namespace) -> None:
    card = zoo.info(args.name)
    print(json.dumps(card.to_dict(), indent=2) if args.json else card.to_markdown().rstrip())


def _predict(args: argparse.Namespace) -> None:
    if (args.text is None) == (args.file is None):
        raise UsageError("predict needs either TEXT ('-' for lines from stdin) or --file PATH")
    if args.file is not None and not Path(args.file).is_file():
        raise UsageError(f"--file must be a file; got {args.file!r}")
    if args.text == "-" and sys.stdin is None:
        raise UsageError("TEXT is -, and stdin is closed")
    predictor = zoo.load(args.name, runtime=args.runtime)
    explain = getattr(predictor, "explain", None) if args.explain else None
    if args.explain and explain is None:
        raise UsageError(
            f"--explain requires a text classifier; the task of {args.name} is "
            f"{zoo.info(args.name).task}"
        )
    with _opened(args) as lines:
        # The predictor reads ahead; tee keeps the lines that it has not answered yet.
        texts, read_ahead = tee(line.rstrip("\r\n") for line in lines)
        # On a terminal each line is answered at once; large batches are faster elsewhere.
        live = args.live or (args.text == "-" and sys.stdin.isatty())
        predictions = predictor.stream(
            read_ahead, batch_size=1 if live else None, min_score=args.min_score
        )
        for text, prediction in _progress(zip(texts, predictions, strict=True)):
            words = explain(text) if explain else []
            if not args.json:
                print(readable(prediction), *weight_lines(words), sep="\n")
                continue
            record = {"text": text, "prediction": prediction.to_dict()}
            if explain:
                record["words"] = [word.to_dict() for word in words]
            print(json.dumps(record))


def _evaluate(args: argparse.Namespace) -> None:
    if not Path(args.path).exists():
        raise UsageError(f"FILE must be a file or folder; got {args.path!r}")
    found = zoo.evaluate(args.name, args.path, args.limit, **reader_options(args))
    if args.json:
        print(json.dumps(found._asdict()))
    else:
        print(f"{found.metric} {100 * found.value:.2f} on {found.examples:,} examples")


def _opened(args: argparse.Namespace) -> AbstractContextManager[Iterable[str]]:
    if args.file is not None:
        return nullcontext(stream_lines(args.file, args.encoding))
    return nullcontext(sys.stdin if args.text == "-" else [args.text])


def _progress(items: Iterable[T]) -> Iterator[T]:
    """Yield the items, and show their number on stderr if that is a terminal and stdout is not."""
    watched = _is_terminal(sys.stderr) and not _is_terminal(sys.stdout)
    shown = start = time.monotonic()
    for count, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if watched and now - shown > PROGRESS_SECONDS:
            print(f"\r{count:,} lines, {count / (now - start):,.0f}/s", end="", file=sys.stderr)
            shown = now
    if shown != start:
        print(file=sys.stderr)


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None if it is closed
