"""The settings of a device bundle: lists, numbers and tables that an app needs, as JSON."""

import html
import inspect
import unicodedata
from collections.abc import Mapping, Sequence
from html.entities import html5
from typing import Any

from zoo.runtime.classifier import PIECE
from zoo.tasks import task_named
from zoo.text.sentences import BULLETS, CLOSING, ENDS, NEVER_FIRST, OPENERS, SHORT_LINE
from zoo.text.windows import windows
from zoo.text.word_encoder import CASES, LONGEST
from zoo.text.words import ABBREVIATIONS

FORMAT = 4  # version of the format of a bundle


def bundle_settings(config: Mapping[str, Any], vocabularies: Sequence[str]) -> dict[str, Any]:
    """Return the content of `bundle.json`: every list and number that the specification names.

    Args:
        config: the content of a model's `config.json`.
        vocabularies: names of the model's vocabularies.

    Example:

    >>> config = {"labels": ["a", "b"], "preprocessor": {"tokenizer": "words"}}
    >>> bundle_settings({"task": "sequence-classification", **config}, ["words"])["piece"]
    2000
    """
    task, preprocessor = task_named(config["task"]), config["preprocessor"]
    inputs = task.device_inputs(preprocessor)
    tokenizer = {"kind": preprocessor["tokenizer"]}
    if tokenizer["kind"] == "words":
        tokenizer["abbreviations"] = ABBREVIATIONS
    settings: dict[str, Any] = {
        "format": FORMAT,
        "task": task.name,
        "cut": task.cut,
        "inputs": inputs,
        "answer": task.answer,
        "labels": config["labels"],
        "tags": config.get("model", {}).get("labels", config["labels"]),
        "vocabularies": vocabularies,
        "tokenizer": tokenizer,
        "markup": preprocessor.get("markup"),
        "addresses": preprocessor.get("addresses", False),
        "unicode": unicodedata.unidata_version,
    }
    if task.cut == "pieces":
        settings["piece"] = PIECE
    if task.cut == "sentences":
        settings |= _settings_of_sentences(config["model"])
    return settings


def token_inputs(preprocessor: Mapping[str, Any]) -> dict[str, str]:
    """Return the feature that each input holds, of a model that reads tokens as they are."""
    return {"ids": "tokens"}


def classifier_inputs(preprocessor: Mapping[str, Any]) -> dict[str, str]:
    """Return the feature that each input holds, of a model that reads words alone."""
    return {"ids": "words"}


def word_inputs(preprocessor: Mapping[str, Any]) -> dict[str, str]:
    """Return the feature that each input holds, of a model that reads features of words."""
    return {name: name for name in preprocessor["features"]}


def _settings_of_sentences(model):
    window = inspect.signature(windows).parameters
    return {
        "scheme": model.get("scheme"),
        "temperature": model.get("temperature", 1.0),
        "sentences": {
            "ends": "".join(sorted(ENDS)),
            "closing": "".join(sorted(CLOSING)),
            "never_first": "".join(sorted(NEVER_FIRST)),
            "openers": sorted(OPENERS),
            "bullets": "".join(sorted(BULLETS)),
            "short_line": SHORT_LINE,
        },
        "window": {name: window[name].default for name in ("size", "margin")},
        "longest_word": LONGEST,
        "cases": CASES,
        "other_digits": other_digits(),
    }


def other_digits() -> list[list[int]]:
    """Return the ranges of code points that are digits but not decimal, such as superscripts.

    Returns:
        List of pairs: the first and the last of each range.

    Example:

    >>> [chr(code) for code in other_digits()[0]]
    ['²', '³']
    """
    ranges: list[list[int]] = []
    for code, character in enumerate(map(chr, range(0x110000))):
        if not character.isdigit() or character.isdecimal():
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def html_entities() -> dict[str, dict[str, Any]]:
    """Return the characters that HTML entities stand for.

    Returns:
        Dict of two dicts. `named`: from name to character. `numeric`: from number to character,
        where that is not the code point of that number; to None where there is no character.

    Example:

    >>> entities = html_entities()
    >>> entities["named"]["amp"], entities["numeric"]["128"], entities["numeric"]["1"]
    ('&', '€', None)
    """
    # All numbers that do not stand for their own code point are below this bound.
    first = {number: html.unescape(f"&#{number};") for number in range(0xA0)}
    return {
        "named": {name[:-1]: c for name, c in html5.items() if name[-1] == ";" and len(c) == 1},
        "numeric": {
            str(number): character or None
            for number, character in first.items()
            if character != chr(number)
        },
    }
