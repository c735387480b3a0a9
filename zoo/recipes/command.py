"""The command line of a recipe, and the command on a model card."""

import argparse
import json
import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoo.data.readers.options import add_reader_arguments, option_of
from zoo.hub import info
from zoo.printing import WIDTH
from zoo.recipes.checks import model_name, not_blank, seed_number
from zoo.recipes.configuration import flat, merged, parse_setting, read_changes

if TYPE_CHECKING:
    from zoo.recipes.recipe import Recipe

CONFIG = "changes of the configuration: a JSON or YAML file, or a JSON object; may be repeated"
SET = "change of one key of the configuration, such as epochs=3; may be repeated"
WATCH = "write gates, states, gradients and embeddings for TensorBoard"
DEV_ONLY = "train only the first seed and write only its score on dev, to dev.json"
VECTORS = "word vectors in GloVe's text format, plain or gzip"
SEEDS = "train one model per seed and keep the best on dev (default 0)"
OUTPUT = "folder to write to; an interrupted run resumes there (default runs/{name})"
NAME = "name of the model on its card (default my-{name})"
DEVICES = "number of devices of this host to train on, or auto for all (default 1)"
CARD = {
    "licence": "licence of a model of your own data, as an SPDX expression (default: not stated)",
    "language": "language of your own data, such as en; may be repeated",
    "data": "description of your own data (default: the name of its file)",
}
HOSTS = {
    "coordinator": (str, "address of process 0, HOST:PORT"),
    "processes": (int, "number of processes, one per host"),
    "process": (int, "index of this process, from 0"),
}


def recipe_parser(
    recipe: "Recipe", kind: type[argparse.ArgumentParser] = argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Return the parser of a recipe's command line; its help lists all keys."""
    parser = kind(
        prog=f"zoo train {recipe.argument}",
        description=recipe.summary,
        epilog=describe_keys(recipe),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if not recipe.run:
        for option, help in recipe.kind.train_files.items():
            parser.add_argument(f"--{option}", type=Path, help=help)
        for option, help in recipe.kind.train_flags.items():
            parser.add_argument(f"--{option}", action="store_true", help=help)
        if recipe.kind.reader:
            add_reader_arguments(parser, recipe.kind.reader)
        parser.add_argument("--data-dir", type=Path, help="folder of TensorFlow Datasets")
        parser.add_argument("--vectors", type=Path, help=VECTORS)
        parser.add_argument("--seeds", type=seed_number, nargs="+", default=[0], help=SEEDS)
        add_card_fields(parser)
        add_devices(parser)
    output, name = (text.format(name=recipe.name) for text in (OUTPUT, NAME))
    parser.add_argument("--output", type=Path, default=Path("runs") / recipe.name, help=output)
    parser.add_argument("--name", type=model_name, default=f"my-{recipe.name}", help=name)
    parser.add_argument("--config", type=_changes, default={}, action=_Merge, help=CONFIG)
    parser.add_argument(
        "--set", type=_setting, dest="config", action=_Merge, metavar="KEY=VALUE", help=SET
    )
    parser.add_argument("--dev-only", action="store_true", help=DEV_ONLY)
    parser.add_argument("--watch", action="store_true", help=WATCH)
    if recipe.add_arguments:
        recipe.add_arguments(parser)
    return parser


def add_devices(parser: argparse.ArgumentParser) -> None:
    """Add the options that `zoo.training.distribution.distributed` reads."""
    group = parser.add_argument_group(
        "several devices and hosts", "On several hosts (JAX), start the same command on each."
    )
    group.add_argument("--devices", default="1", help=DEVICES)
    for name, (kind, help) in HOSTS.items():
        group.add_argument(f"--{name}", type=kind, help=help)


def add_card_fields(parser: argparse.ArgumentParser) -> None:
    """Add the options that `card_fields` reads."""
    group = parser.add_argument_group("model card")
    for name, help in CARD.items():
        repeated = {"action": "append", "default": []} if name == "language" else {}
        group.add_argument(f"--{name}", type=not_blank, help=help, **repeated)


def describe_keys(recipe: "Recipe") -> str:
    """Return one line per key of the configuration: its path, meaning and default."""
    keys = dict(flat(recipe.keys))
    width = max(map(len, keys))
    lines = ["configuration (change it by --set or --config):"]
    for path, key in keys.items():
        choices = f"; one of {', '.join(map(json.dumps, key.choices))}" if key.choices else ""
        line = f"  {path:{width}}  {key.meaning}{choices} (default {json.dumps(key.default)})"
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=" " * (width + 4))
    return "\n".join(lines)


class _Merge(argparse.Action):
    """Merge the dicts of an option that may be repeated."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, merged(getattr(namespace, self.dest), values))


def _changes(text: str) -> dict[str, Any]:
    return _readable(read_changes, text)


def _setting(text: str) -> dict[str, Any]:
    return _readable(parse_setting, text)


def _readable(read: Any, text: str) -> dict[str, Any]:
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def card_fields(recipe: "Recipe", options: argparse.Namespace) -> dict[str, Any]:
    """Return the fields of the card that say where a model comes from.

    The licence and the language of a recipe hold for its own data. With `--train` or `--extra` they
    are what the options say.
    """
    own = _has_own_data(options)
    return {
        "name": options.name,
        "licence": (options.licence or "not stated") if own else recipe.licence,
        "languages": options.language if own else list(recipe.languages),
        "data": _data(recipe, options),
        "recipe": recipe.script,
        "command": command_of(recipe, options),
    }


def command_of(recipe: "Recipe", options: argparse.Namespace) -> str:
    """Return the command that trained a model, with file names in place of paths."""
    given = {name: getattr(options, name) for name in (*recipe.kind.train_files, "vectors")}
    parts = [f"--{name} {file_name(path)}" for name, path in given.items() if path]
    if recipe.kind.reader:
        for name, value in recipe.kind.reader.changed(options).items():
            parts.append(option_of(name) + ("" if value is True else f" {shlex.quote(str(value))}"))
    if options.config:
        parts.append(f"--config '{json.dumps(options.config)}'")
    parts += [f"--seeds {' '.join(map(str, options.seeds))}", f"--name {options.name}"]
    return " ".join(["zoo train", recipe.argument, *parts])


def _data(recipe: "Recipe", options: argparse.Namespace) -> str:
    """Return the training data: the corpus, and the word vectors or warm start."""
    vectors = f"word vectors {options.vectors.name}" if options.vectors else "no pretrained vectors"
    if start := getattr(options, "start", None):
        vectors = f"warm start from {file_name(start)}, trained on: {info(str(start)).data}"
    if options.data and _has_own_data(options):
        return f"{options.data}; {vectors}"
    corpus = [options.train.name if options.train else recipe.data]
    if extra := getattr(options, "extra", None):
        corpus.append(extra.name)
    return f"{' and '.join(corpus)}; {vectors}"


def _has_own_data(options: argparse.Namespace) -> bool:
    return any(getattr(options, name, None) for name in ("train", "extra"))


def file_name(path: Path) -> str:
    """Return the name of a file without its folders; a model "path:DIR" keeps its prefix.

    Example:

    >>> file_name(Path("path:runs/mine/model")), file_name(Path("data/my.csv"))
    ('path:mine/model', 'my.csv')
    """
    if not str(path).startswith("path:"):
        return path.name
    # Recipes write every model to a folder named `model`: the folder above has a better name.
    parts = path.parts[-2:] if path.name == "model" else path.parts[-1:]
    return f"path:{'/'.join(parts).removeprefix('path:')}"
