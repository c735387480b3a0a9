"""What the recipes share: their options, their configuration, the command that made a model."""

import argparse
import json
from pathlib import Path

from zoo.training.distribution.hosts import add_options

CONFIG = "JSON, in place of CONFIG's; given again, it adds to what it said before"
WATCH = "write for TensorBoard what gates, states and directions do, and a projector"
DEV_ONLY = "train the first seed, write dev.json with its score on dev, and no model"


def recipe_parser(description, output, name, files):
    """Return a parser of the options that every recipe on a corpus has.

    Args:
        description: of the recipe.
        output: folder that the recipe writes to, unless `--output` says otherwise.
        name: of the model on its card, unless `--name` says otherwise.
        files: dict from the name of an option that takes a file or folder to its help.

    Returns:
        An `argparse.ArgumentParser`.
    """
    parser = argparse.ArgumentParser(description=description)
    for option, help in files.items():
        parser.add_argument(f"--{option}", type=Path, help=help)
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--vectors", type=Path, help="GloVe's text format, plain or gzip")
    parser.add_argument("--output", type=Path, default=Path(output))
    add_config(parser)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--name", default=name, help="of the model on its card")
    parser.add_argument("--dev-only", action="store_true", help=DEV_ONLY)
    parser.add_argument("--watch", action="store_true", help=WATCH)
    add_options(parser)
    return parser


def add_config(parser):
    """Add `--config`, what is changed of a configuration; it may be given several times.

    Example:

    >>> parser = argparse.ArgumentParser()
    >>> add_config(parser)
    >>> parser.parse_args(["--config", '{"a": {"b": 1}}', "--config", '{"a": {"c": 2}}']).config
    {'a': {'b': 1, 'c': 2}}
    """
    parser.add_argument("--config", type=json.loads, default={}, action=_Merge, help=CONFIG)


class _Merge(argparse.Action):
    """An option of a dict that may be given several times."""

    def __call__(self, parser, namespace, values, option_string=None):
        setattr(namespace, self.dest, _merged(getattr(namespace, self.dest), values))


def write_dev(folder, score):
    """Write what `--dev-only` asks for, `dev.json`: how good a model is on dev, more is better."""
    (folder / "dev.json").write_text(json.dumps({"dev": float(score)}) + "\n")


def tuned(config, script):
    """Return a recipe's configuration with what a search chose, if its file is there.

    Args:
        config: the recipe's own, a dict.
        script: path of the recipe; the file, which `zoo tune --apply` writes, lies beside it.

    Example:

    >>> tuned({"rate": 0.1}, "recipes/not_tuned.py")
    {'rate': 0.1}
    """
    path = Path(script).with_suffix(".json")
    return changed(config, json.loads(path.read_text())) if path.is_file() else config


def changed(config, changes):
    """Return a recipe's configuration with changes, dicts in it key by key.

    Args:
        config: dict, with dicts in it.
        changes: dict with some of its keys, in dicts also with new ones.

    Raises:
        ValueError: keys that `config` has not.

    Example:

    >>> changed({"model": {"units": 2, "cell": "gru"}, "rate": 1}, {"model": {"units": 3}})
    {'model': {'units': 3, 'cell': 'gru'}, 'rate': 1}
    """
    unknown = sorted({*changes} - {*config})
    if unknown:
        raise ValueError(f"`--config` knows {', '.join(config)}; got {', '.join(unknown)}.")
    return _merged(config, changes)


def _merged(config, changes):
    both = {
        name: _merged(config[name], value)
        for name, value in changes.items()
        if isinstance(value, dict) and isinstance(config.get(name), dict)
    }
    return {**config, **changes, **both}


def command_of(script, options, files):
    """Return the command that made a model, with the names of files in place of their paths.

    Args:
        script: of the recipe, such as "recipes/conll_ner.py".
        options: as a parser of `recipe_parser` returned them.
        files: names of the options that take files.

    Example:

    >>> parser = recipe_parser("", "runs", "mine", {"train": None})
    >>> options = parser.parse_args(["--train", "a/b.txt"])
    >>> command_of("recipes/mine.py", options, ["train"])
    'python recipes/mine.py --train b.txt --seeds 0 --name mine'
    """
    given = {name: getattr(options, name) for name in (*files, "vectors")}
    parts = [f"--{name} {_short(path)}" for name, path in given.items() if path]
    if options.config:
        parts.append(f"--config '{json.dumps(options.config)}'")
    parts += [f"--seeds {' '.join(map(str, options.seeds))}", f"--name {options.name}"]
    return " ".join([f"python {script}", *parts])


def _short(path):
    return f"path:{path.name}" if str(path).startswith("path:") else path.name


def data_of(options, corpus):
    """Return what a model learned from, for its card: corpus, or the user's own, and vectors."""
    vectors = f"word vectors {options.vectors.name}" if options.vectors else "no pretrained vectors"
    if start := getattr(options, "start", None):
        vectors = f"from {_short(start)} on"
    return f"{options.train.name if options.train else corpus}; {vectors}"
