"""The configuration of a recipe: its keys, and the changes of a user."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple


class Key(NamedTuple):
    """One setting of a recipe.

    Args:
        default: default value, a JSON value; None for a feature that is off by default.
        meaning: description, in one line.
        choices: allowed values; empty for any value of the default's type.
    """

    default: Any
    meaning: str
    choices: tuple[Any, ...] = ()


Keys = Mapping[str, "Key | Keys"]


def defaults(keys: Keys) -> dict[str, Any]:
    """Return the default configuration of keys.

    Example:

    >>> defaults({"rate": Key(0.1, "learning rate"), "model": {"units": Key(2, "width")}})
    {'rate': 0.1, 'model': {'units': 2}}
    """
    return {
        name: each.default if isinstance(each, Key) else defaults(each)
        for name, each in keys.items()
    }


def flat(keys: Keys, prefix: str = "") -> Iterator[tuple[str, Key]]:
    """Yield the dotted path of every key, and the key.

    Example:

    >>> [path for path, _ in flat({"model": {"units": Key(2, "width")}})]
    ['model.units']
    """
    for name, each in keys.items():
        if isinstance(each, Key):
            yield prefix + name, each
        else:
            yield from flat(each, f"{prefix}{name}.")


def merged(config: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration with changes; nested dicts are merged key by key.

    Example:

    >>> merged({"model": {"units": 2, "cell": "gru"}, "rate": 1}, {"model": {"units": 3}})
    {'model': {'units': 3, 'cell': 'gru'}, 'rate': 1}
    """
    both = {
        name: merged(config[name], value)
        for name, value in changes.items()
        if isinstance(value, dict) and isinstance(config.get(name), dict)
    }
    return {**config, **changes, **both}


def read_changes(text: str) -> dict[str, Any]:
    """Return the changes that an argument of `--config` describes.

    Args:
        text: path of a JSON or YAML file, or a JSON object.

    Raises:
        ValueError: the file cannot be read, or does not contain a mapping.
    """
    source, content = "--config", text
    if not text.lstrip().startswith("{"):
        source = text
        try:
            content = Path(text).read_text(encoding="utf-8")
        except OSError as error:
            raise ValueError(f"--config: {text}: {error.strerror or error}") from error
    try:
        changes = _parse(content, Path(source).suffix)
    except ValueError as error:
        raise ValueError(f"{source}: cannot be read: {error}") from error
    if not isinstance(changes, dict):
        raise ValueError(f"{source}: must contain a mapping; got {type(changes).__name__}")
    return changes


def _parse(content: str, suffix: str) -> Any:
    if suffix not in (".yaml", ".yml"):
        return json.loads(content)
    try:
        import yaml
    except ImportError as error:
        raise ValueError("YAML requires PyYAML (pip install pyyaml); or use JSON") from error
    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def parse_setting(text: str) -> dict[str, Any]:
    """Return the change that an argument of `--set` describes.

    Args:
        text: dotted key and value, such as "model.stack.units=256"; a value that is not JSON is a
            string.

    Raises:
        ValueError: the text has no "=".

    Example:

    >>> parse_setting("model.stack.units=256")
    {'model': {'stack': {'units': 256}}}
    >>> parse_setting("optimizer=adam")
    {'optimizer': 'adam'}
    """
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise ValueError(f"--set must be KEY=VALUE; got {text!r}")
    changes: Any = value
    with suppress(ValueError):
        changes = json.loads(value)
    for name in reversed(path.split(".")):
        changes = {name: changes}
    return changes


def changed(keys: Keys, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the default configuration of keys with changes.

    Raises:
        ValueError: a key is unknown, or its value is not allowed.

    Example:

    >>> keys = {"rate": Key(0.1, "learning rate"), "model": {"units": Key(2, "width")}}
    >>> changed(keys, {"model": {"units": 3}})
    {'rate': 0.1, 'model': {'units': 3}}
    >>> changed(keys, {"model": {"unit": 3}})
    Traceback (most recent call last):
    ValueError: no key is named 'model.unit'. Did you mean 'model.units'?
    """
    _check(keys, changes, dict(flat(keys)))
    return merged(defaults(keys), changes)


def _check(keys: Keys, changes: Mapping[str, Any], known: dict[str, Key], prefix: str = "") -> None:
    for name, value in changes.items():
        path, key = prefix + name, keys.get(name)
        if key is None:
            close = get_close_matches(path, known, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            hint = hint or f" The keys are: {', '.join(known)}."
            raise ValueError(f"no key is named {path!r}.{hint}")
        if isinstance(key, Key):
            _check_value(path, key, value)
        elif isinstance(value, dict):
            _check(key, value, known, path + ".")
        elif value is not None:
            raise ValueError(f"`{path}` must be a mapping of {', '.join(key)}; got {value!r}")


def _check_value(path: str, key: Key, value: Any) -> None:
    if key.choices:
        if value not in key.choices:
            listed = ", ".join(json.dumps(each) for each in key.choices)
            raise ValueError(f"`{path}` must be one of {listed}; got {value!r}")
        return
    if key.default is None:
        return
    kind = type(key.default)
    fits = isinstance(value, (int, float) if kind is float else kind)
    # In Python, True is an int; here it is not.
    if not fits or isinstance(value, bool) != (kind is bool):
        raise ValueError(
            f"`{path}` must be of type {kind.__name__}, such as {key.default!r}; got {value!r}"
        )
