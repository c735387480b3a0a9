"""Checks of the options of a training that need no tensor library, so that they answer at once."""

import argparse
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from zoo.errors import CorpusError
from zoo.hub.validation import is_model_name
from zoo.recipes.hosts import read_devices, read_hosts
from zoo.recipes.start import check_start

if TYPE_CHECKING:
    from zoo.recipes.recipe import Recipe


def check_options(recipe: "Recipe", options: argparse.Namespace) -> None:
    """Raise an error if a file, folder, model or device that the options name cannot be used.

    Raises:
        CorpusError: there is no such file or folder.
        DistributionError: the devices or hosts are invalid.
        ModelFileError, UnknownModelError: there is no such model to start from, it is broken, or
            of another network.
        NotADirectoryError: the output folder is a file, or in one.
    """
    for name in (*recipe.kind.train_files, "vectors"):
        path = getattr(options, name, None)
        if not path:
            continue
        if name == "start":
            check_start(recipe.kind, str(path))
        elif not path.exists():
            raise CorpusError(path, None, f"no such file; it is the `{name}` of the training.")
        elif name in ("vectors", "teacher") and path.is_dir():
            raise CorpusError(path, None, f"a folder; the `{name}` of the training is a file.")
    above = (each for each in (options.output, *options.output.parents) if each.exists())
    if (place := next(above, Path())) and not place.is_dir():
        raise NotADirectoryError(f"--output: {place} is no folder")
    if hasattr(options, "devices"):
        read_devices(options.devices)
        read_hosts(options.coordinator, options.processes, options.process, os.environ)


def whole_number(text: str, least: int = 1) -> int:
    """Parse a whole number.

    Raises:
        argparse.ArgumentTypeError: `text` is not one, or below `least`.
    """
    if not text.isdecimal() or int(text) < least:
        due = f"above {least - 1}" if least else "0 or more"
        raise argparse.ArgumentTypeError(f"must be a whole number {due}; got {text!r}")
    return int(text)


seed_number = partial(whole_number, least=0)


def model_name(text: str) -> str:
    """Parse the name of a model, as its card requires it.

    Raises:
        argparse.ArgumentTypeError: `text` is none.
    """
    if not is_model_name(text):
        reason = f"must begin with a letter or digit, and have only these and . _ -; got {text!r}"
        raise argparse.ArgumentTypeError(reason)
    return text


def not_blank(text: str) -> str:
    """Parse a text that says something.

    Raises:
        argparse.ArgumentTypeError: `text` is blank.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be blank")
    return text
