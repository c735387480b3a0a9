"""The `zoo` command: thin commands over the public API."""

import argparse
import json
import os
import runpy
import sys
import time
from contextlib import nullcontext
from itertools import tee
from pathlib import Path

import zoo
from zoo import cost
from zoo.errors import CheckpointError, CorpusError
from zoo.hub import CardError, ModelFileError, UnknownModelError, bundled
from zoo.hub.errors import did_you_mean
from zoo.hub.load import RUNTIME_FILES
from zoo.printing import plain, readable, table_lines, weight_lines

RECIPES = {
    "brackets": "bracket_tagging.py",
    "ner": "conll_ner.py",
    "sentiment": "imdb_sentiment.py",
}
# What the [train] extra brings; a missing one is a matter of installation, not a bug.
TRAIN_MODULES = (
    "tensorflow",
    "keras",
    "tensorflow_datasets",
    "keras_tuner",
    "matplotlib",
    "sklearn",
)
PROGRESS_SECONDS = 0.5


class UsageError(ValueError):
    """A command line that asks for something that is not there."""


OWN_ERRORS = (
    UsageError,
    UnknownModelError,
    ModelFileError,
    CardError,
    CorpusError,
    CheckpointError,
    UnicodeDecodeError,
)


def main(argv=None):
    """Run the command line.

    Args:
        argv: list of arguments; None for those of the process.

    Returns:
        Exit code: 0, or 2 after an error of ours, which goes to stderr as one line.

    Example:

    >>> main(["cost", "--input", "100", "--budget", "366592", "--counting", "torch"])
    169 units in both directions: 366,392 parameters (-0.05%)
    0
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's notices are not our output
    args = _parser().parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # no terminal can show every text
    try:
        args.run(args)
    except OWN_ERRORS as error:
        return _fail(error)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in TRAIN_MODULES:
            raise
        return _fail(f"{error.name} is missing; install it with: pip install 'bilstm-zoo[train]'")
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _fail(message):
    print(f"zoo: {message}", file=sys.stderr)
    return 2


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
        for text, prediction in _progress(zip(texts, predictor.stream(ahead), strict=True)):
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


def _train(args):
    if args.recipe not in RECIPES:
        raise UsageError(
            f"no recipe is named {args.recipe!r}.{did_you_mean(args.recipe, RECIPES)} "
            f"There are: {', '.join(RECIPES)}"
        )
    script = bundled("recipes") / RECIPES[args.recipe]
    before = sys.argv
    sys.argv = [str(script), *args.arguments]
    try:
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before


def _cost(args):
    spec = {"cell": args.cell, "input_size": args.input, "layers": args.layers}
    rows, match = [], None
    if args.article:
        rows = cost.article_table()
    elif args.units:
        directions = ({"units": args.units, "bidirectional": both} for both in (False, True))
        rows = cost.cost_table({**spec, **each} for each in directions)
    elif args.budget is None:
        raise UsageError("cost needs --units, --budget or --article")
    if args.budget is not None:
        try:
            match = cost.units_for_budget(**spec, budget=args.budget, counting=args.counting)
        except ValueError as error:
            raise UsageError(error) from error
    if args.json:
        print(json.dumps({"rows": rows, "budget": match and match._asdict()}, indent=2))
        return
    if rows:
        print(table_lines(rows))
    if match:
        print(
            f"{match.units} units in both directions: {match.parameters:,} parameters "
            f"({match.deviation:+.2%})"
        )


def _parser():
    parser = argparse.ArgumentParser(prog="zoo", description=zoo.__doc__.partition("\n")[0])
    parser.add_argument("--version", action="version", version=f"zoo {zoo.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, run, help, **more):
        sub = commands.add_parser(name, help=help, description=help, **more)
        sub.set_defaults(run=run)
        if name != "train":
            sub.add_argument("--json", action="store_true", help="print JSON, for machines")
        return sub

    sub = command("list", _list, "list the models")
    sub.add_argument("pattern", nargs="?", default="*", help="wildcards, such as '*ner*'")

    sub = command("info", _info, "show the card of a model")
    sub.add_argument("name", help="a model's name, or path:DIR")

    sub = command("predict", _predict, "answer texts, one a line, in order")
    sub.add_argument("name", help="a model's name, or path:DIR")
    sub.add_argument("text", nargs="?", help="a text, or - for lines from stdin")
    sub.add_argument("--file", help="read lines from this file instead")
    sub.add_argument("--runtime", choices=RUNTIME_FILES, default="litert")
    sub.add_argument("--explain", action="store_true", help="also weigh the words of each text")

    sub = command("train", _train, "run a recipe, with its own arguments after its name")
    sub.add_argument("recipe", help=", ".join(RECIPES))
    sub.add_argument("arguments", nargs=argparse.REMAINDER, help="see: zoo train RECIPE --help")

    sub = command("cost", _cost, "count parameters and FLOPs a token of recurrent layers")
    sub.add_argument("--cell", choices=cost.CELLS, default="lstm")
    sub.add_argument("--input", type=_size, default=100, help="width of the input (default 100)")
    sub.add_argument("--units", type=_size, help="units of each direction")
    sub.add_argument("--layers", type=_size, default=1)
    sub.add_argument("--budget", type=_size, help="find the units that match these parameters")
    sub.add_argument("--counting", choices=cost.COUNTINGS, default="keras", help="for --budget")
    sub.add_argument("--article", action="store_true", help="the article's table, checked")
    return parser


def _size(text):
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0; got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
