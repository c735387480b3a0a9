"""The configuration of a recipe: its keys, and what a user changes of them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple


class Key(NamedTuple):
    """One setting of a recipe.

    Args:
        default: its value, as JSON holds it; or None for what is off by default.
        meaning: what it is, in a line.
        choices: the values that it may have, or empty for any of the default's type.
    """

    default: Any
    meaning: str
    choices: tuple[Any, ...] = ()


Keys = Mapping[str, "Key | Keys"]


def defaults(keys: Keys) -> dict[str, Any]:
    """Return the configuration in which every key has its default.

    Example:

    >>> defaults({"rate": Key(0.1, "learning rate"), "model": {"units": Key(2, "width")}})
    {'rate': 0.1, 'model': {'units': 2}}
    """
    return {
        name: each.default if isinstance(each, Key) else defaults(each)
        for name, each in keys.items()
    }


def flat(keys: Keys, prefix: str = "") -> Iterator[tuple[str, Key]]:
    """Yield every key with its dotted path.

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
    """Return a configuration with changes, dicts in it key by key.

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
    """Return what the argument of `--config` changes.

    Args:
        text: path of a JSON or YAML file, or a JSON object.

    Raises:
        ValueError: it is neither, or holds no mapping.
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
        raise ValueError(f"{source}: a mapping is expected; got {type(changes).__name__}")
    return changes


def _parse(content: str, suffix: str) -> Any:
    if suffix not in (".yaml", ".yml"):
        return json.loads(content)
    try:
        import yaml
    except ImportError as error:
        raise ValueError("YAML needs PyYAML: pip install pyyaml, or write JSON") from error
    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def parse_setting(text: str) -> dict[str, Any]:
    """Return what the argument of `--set` changes: a dotted key and its value.

    Args:
        text: such as "model.stack.units=256"; the value is JSON, or taken as a string.

    Raises:
        ValueError: there is no "=".

    Example:

    >>> parse_setting("model.stack.units=256")
    {'model': {'stack': {'units': 256}}}
    >>> parse_setting("optimizer=adam")
    {'optimizer': 'adam'}
    """
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise ValueError(f"--set takes KEY=VALUE; got {text!r}")
    changes: Any = value
    with suppress(ValueError):
        changes = json.loads(value)
    for name in reversed(path.split(".")):
        changes = {name: changes}
    return changes


def changed(keys: Keys, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults of keys with changes.

    Raises:
        ValueError: names the key that there is not, or whose value is not what it can be.

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
            raise ValueError(f"`{path}` has keys of its own: {', '.join(key)}; got {value!r}")


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
    # True is an int in Python, and none here.
    if not fits or isinstance(value, bool) != (kind is bool):
        raise ValueError(
            f"`{path}` must be of type {kind.__name__}, such as {key.default!r}; got {value!r}"
        )
