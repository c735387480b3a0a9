"""Model folders that were changed, with right hashes on their cards."""

import json
import os
import shutil
from pathlib import Path

from zoo.hub import resolve
from zoo.hub.store import file_record

SMALL = {
    "token-tagging": "bilstm-brackets",
    "entity-tagging": "bilstm-ner-tiny",
    "sequence-classification": "bilstm-sentiment-tiny",
}


def copy_of(name, folder):
    """Copy a bundled model; its files are linked, and must be replaced, not changed in place."""
    shutil.copytree(resolve(name), folder, copy_function=os.link)
    return Path(folder)


def replace(path, content):
    """Write a file of a copy."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def change(folder, **files):
    """Replace files of a copy, and enter them on its card; `None` deletes a file.

    Args:
        folder: the copy.
        **files: content by name, with "__" for "/" and "_dot_" for ".".
    """
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    for key, content in files.items():
        name = key.replace("_dot_", ".").replace("__", "/")
        if content is None:
            (folder / name).unlink()
            card["files"].pop(name, None)
            continue
        replace(folder / name, content)
        record = file_record(folder / name)
        card["files"][name] = {"sha256": record.sha256, "bytes": record.bytes}
    card["size_bytes"] = sum(each["bytes"] for each in card["files"].values())
    replace(folder / "card.json", json.dumps(card).encode())
    return folder


def change_file(folder, name, content):
    """Replace one file of a copy, and enter it on its card."""
    return change(folder, **{name.replace("/", "__").replace(".", "_dot_"): content})


restore = change_file  # the old content is a change too


def config_of(folder):
    """Return the content of `config.json`."""
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def with_config(folder, config):
    """Write `config.json` of a copy and enter it on the card."""
    return change(folder, config_dot_json=json.dumps(config).encode())


def fields_of(config, path=()):
    """Yield the paths of all fields of a configuration, outer ones too, not those of Keras."""
    for name, value in config.items():
        yield (*path, name)
        if isinstance(value, dict) and name != "embeddings_initializer":
            yield from fields_of(value, (*path, name))


def with_field(config, path, value):
    """Return a configuration with another value of a field; without it if the value is `...`."""
    first, *rest = path
    if rest:
        return {**config, first: with_field(config[first], rest, value)}
    if value is ...:
        return {name: each for name, each in config.items() if name != first}
    return {**config, first: value}
