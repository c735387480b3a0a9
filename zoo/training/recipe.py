"""What the recipes share: their options, their configuration, the command that made a model."""

import argparse
import json
from pathlib import Path


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
    parser.add_argument("--config", type=json.loads, default={}, help="JSON, in place of CONFIG's")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--name", default=name, help="of the model on its card")
    return parser


def changed(config, changes):
    """Return a recipe's configuration with changes, those of the model one by one.

    Args:
        config: dict with a dict `model`.
        changes: dict with some of its keys.

    Raises:
        ValueError: keys that `config` has not.

    Example:

    >>> changed({"model": {"units": 2, "cell": "gru"}, "rate": 1}, {"model": {"units": 3}})
    {'model': {'units': 3, 'cell': 'gru'}, 'rate': 1}
    """
    unknown = sorted({*changes} - {*config})
    if unknown:
        raise ValueError(f"`--config` knows {', '.join(config)}; got {', '.join(unknown)}.")
    return {**config, **changes, "model": {**config["model"], **changes.get("model", {})}}


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
    parts = [f"--{name} {path.name}" for name, path in given.items() if path]
    if options.config:
        parts.append(f"--config '{json.dumps(options.config)}'")
    parts += [f"--seeds {' '.join(map(str, options.seeds))}", f"--name {options.name}"]
    return " ".join([f"python {script}", *parts])


def data_of(options, corpus):
    """Return what a model learned from, for its card: corpus, or the user's own, and vectors."""
    vectors = f"word vectors {options.vectors.name}" if options.vectors else "no pretrained vectors"
    return f"{options.train.name if options.train else corpus}; {vectors}"
