"""What an app must know besides the model's weights: lists, numbers, tables, as JSON holds them."""

import html
import inspect
import unicodedata
from html.entities import html5

from zoo.runtime.classifier import PIECE
from zoo.tasks import task_named
from zoo.text.sentences import CLOSING, ENDS, NEVER_FIRST, OPENERS
from zoo.text.windows import windows
from zoo.text.word_encoder import CASES, LONGEST
from zoo.text.words import ABBREVIATIONS

FORMAT = 2  # of all files of a kit together


def kit_settings(config, vocabularies):
    """Return what `kit.json` holds: every list and number that the specification names.

    Args:
        config: the content of a model's `config.json`.
        vocabularies: names of the model's vocabularies.

    Returns:
        A dict.

    Example:

    >>> config = {"labels": ["a", "b"], "preprocessor": {"tokenizer": "words"}}
    >>> kit_settings({"task": "sequence-classification", **config}, ["words"])["piece"]
    2000
    """
    task, preprocessor = task_named(config["task"]), config["preprocessor"]
    inputs = task.device_inputs(preprocessor)
    tokenizer = {"kind": preprocessor["tokenizer"]}
    if tokenizer["kind"] == "words":
        tokenizer["abbreviations"] = ABBREVIATIONS
    settings = {
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
        "unicode": unicodedata.unidata_version,
    }
    if task.cut == "pieces":
        settings["piece"] = PIECE
    if task.cut == "sentences":
        settings |= _settings_of_sentences(config["model"])
    return settings


def token_inputs(preprocessor):
    """Return what a device gives a model of the tokens themselves: by input, the feature."""
    return {"ids": "tokens"}


def classifier_inputs(preprocessor):
    """Return the same of a model of words alone."""
    return {"ids": "words"}


def word_inputs(preprocessor):
    """Return the same of a model of words and their features."""
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
        },
        "window": {name: window[name].default for name in ("size", "margin")},
        "longest_word": LONGEST,
        "cases": CASES,
        "other_digits": other_digits(),
    }


def other_digits():
    """Return the ranges of code points that are digits but not decimal, such as superscripts.

    Returns:
        List of pairs: the first and the last of each range.

    Example:

    >>> [chr(code) for code in other_digits()[0]]
    ['²', '³']
    """
    ranges = []
    for code, character in enumerate(map(chr, range(0x110000))):
        if not character.isdigit() or character.isdecimal():
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def entities_of_html():
    """Return the characters that entities of HTML stand for.

    Returns:
        Dict of `named`, from name to character, and `numeric`, from number to character where that
        is not the code point of that number; to None where there is none.

    Example:

    >>> entities = entities_of_html()
    >>> entities["named"]["amp"], entities["numeric"]["128"], entities["numeric"]["1"]
    ('&', '€', None)
    """
    first = {number: html.unescape(f"&#{number};") for number in range(0xA0)}  # all odd ones
    return {
        "named": {name[:-1]: c for name, c in html5.items() if name[-1] == ";" and len(c) == 1},
        "numeric": {
            str(number): character or None
            for number, character in first.items()
            if character != chr(number)
        },
    }
