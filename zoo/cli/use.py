"""Commands for those who use a model: list, info, predict, tag-corpus."""

import json
import sys
import time
from contextlib import nullcontext
from itertools import tee
from pathlib import Path

import zoo
from zoo.cli.arguments import Commands, UsageError, add_command
from zoo.hub.load import RUNTIME_FILES
from zoo.pipeline import command as corpus
from zoo.printing import plain, readable, weight_lines

PROGRESS_SECONDS = 0.5


def add_commands(commands: Commands) -> None:
    """Add the commands to those of a parser."""
    sub = add_command(commands, "list", _list, "list the models")
    sub.add_argument("pattern", nargs="?", default="*", help="wildcards, such as '*ner*'")

    sub = add_command(commands, "info", _info, "show the card of a model")
    sub.add_argument("name", help="a model's name, or path:DIR")

    sub = add_command(commands, "predict", _predict, "answer texts, one a line, in order")
    sub.add_argument("name", help="a model's name, or path:DIR")
    sub.add_argument("text", nargs="?", help="a text, or - for lines from stdin")
    sub.add_argument("--file", help="read lines from this file instead")
    sub.add_argument("--runtime", choices=RUNTIME_FILES, default="litert")
    sub.add_argument("--live", action="store_true", help="answer each line before the next is read")
    sub.add_argument("--explain", action="store_true", help="also weigh the words of each text")

    sub = add_command(
        commands, "tag-corpus", corpus.run, "answer a corpus of any size, with Apache Beam"
    )
    corpus.add_arguments(sub)


def _list(args):
    names = zoo.list_models(args.pattern)
    cards = {name: zoo.info(name) for name in names}
    if args.json:
        print(json.dumps([card.to_dict() for card in cards.values()], indent=2))
        return
    for name, card in cards.items():
        print(f"{name:24} {card.task:16} {card.summary}")


def _info(args):
    card = zoo.info(args.name)
    print(json.dumps(card.to_dict(), indent=2) if args.json else card.to_markdown().rstrip())


def _predict(args):
    if (args.text is None) == (args.file is None):
        raise UsageError("predict needs either TEXT ('-' for lines from stdin) or --file PATH")
    if args.file is not None and not Path(args.file).is_file():
        raise UsageError(f"--file must be a file; got {args.file!r}")
    predictor = zoo.load(args.name, runtime=args.runtime)
    if args.explain and not hasattr(predictor, "explain"):
        raise UsageError(
            f"--explain needs a model that weighs words, such as a text classifier; "
            f"{args.name} does {zoo.info(args.name).task}"
        )
    with _opened(args) as lines:
        # The predictor reads ahead a little; tee keeps just those lines.
        texts, ahead = tee(line.rstrip("\r\n") for line in lines)
        # Who types waits for each answer; a file or a pipe is read fastest many lines at once.
        live = args.live or args.text == "-" and sys.stdin.isatty()
        answers = predictor.stream(ahead, ahead=1 if live else None)
        for text, prediction in _progress(zip(texts, answers, strict=True)):
            words = predictor.explain(text) if args.explain else []
            if args.json:
                explained = {"words": plain(words)} if args.explain else {}
                print(json.dumps({"text": text, "prediction": plain(prediction), **explained}))
            else:
                print(readable(prediction), *weight_lines(words), sep="\n")


def _opened(args):
    if args.file is not None:
        return open(args.file, encoding="utf-8")
    return nullcontext(sys.stdin if args.text == "-" else [args.text])


def _progress(items):
    """Yield the items; count them on stderr where a person watches it but not the output."""
    watched = sys.stderr.isatty() and not sys.stdout.isatty()
    shown = start = time.monotonic()
    for count, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if watched and now - shown > PROGRESS_SECONDS:
            print(f"\r{count:,} lines, {count / (now - start):,.0f}/s", end="", file=sys.stderr)
            shown = now
    if shown != start:
        print(file=sys.stderr)
