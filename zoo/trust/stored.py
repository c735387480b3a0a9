"""The arrays of a weight file: their shapes against the configuration, and their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from zoo.hub.errors import ModelFileError

Config = Mapping[str, Any]
Shape = tuple[int, ...]
GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1}
SUBVECTOR_WIDTH = 3  # numbers of a quantized frozen vector that share a byte


class Layer(NamedTuple):
    """A layer of a weight file, and one of its arrays, whose shape the configuration sets.

    Args:
        path: names of the layer and of the layers around it, such as "encoder/embedding".
        fields: the fields of `config.json` that set the shape.
        shape: sizes of the last axes of an array of the layer; None for any size.
    """

    path: str
    fields: str
    shape: tuple[int | None, ...]


def encoder_layers(model: Config) -> Iterator[Layer]:
    """Yield the layers of a model with an encoder, given the field "model" of `config.json`."""
    encoder = model["encoder"]
    name = encoder.get("name", "encoder")
    shape = encoder["vocabulary_size"], encoder["embedding_dim"]
    fields = "model.encoder.vocabulary_size, model.encoder.embedding_dim"
    yield Layer(f"{name}/embedding", fields, shape)
    yield from _stack_layers(f"{name}/stack", "model.encoder", encoder)
    yield Layer("logits", "model.num_labels", (model["num_labels"],))
    if hidden := model.get("hidden_units"):
        yield Layer("hidden", "model.hidden_units", (None, hidden))
    if buckets := model.get("bigram_buckets"):
        rows = encoder["vocabulary_size"] + buckets
        yield Layer("pairs/table", "model.bigram_buckets", (rows, 1))


def tagger_layers(model: Config) -> Iterator[Layer]:
    """Yield the layers of a word tagger, given the field "model" of `config.json`."""
    dim, count = model.get("word_dim", 100), model["vocabulary_size"]
    yield Layer("word_vectors", "model.vocabulary_size, model.word_dim", (count, dim))
    if frozen := model.get("frozen_words"):
        width = -(-dim // SUBVECTOR_WIDTH) if model.get("quantized_words") else dim
        yield Layer("spare_vectors", "model.frozen_words, model.word_dim", (frozen, width))
    if cases := model.get("num_cases", 8):
        fields = "model.num_cases, model.case_dim"
        yield Layer("case_vectors", fields, (cases, model.get("case_dim", 8)))
    if characters := model.get("characters"):
        yield from _character_layers(characters)
    yield from _stack_layers("stack", "model.stack", model["stack"])
    yield Layer("scores", "model.labels", (len(model["labels"]),))


def _character_layers(options: Config) -> Iterator[Layer]:
    field = "model.characters"
    units, dim = options.get("units", 30), options.get("embedding_dim", 30)
    shape = options["vocabulary_size"], dim
    yield Layer("spelling/embedding", f"{field}.vocabulary_size, {field}.embedding_dim", shape)
    if options.get("kind", "cnn") == "bilstm":
        yield Layer("spelling/bilstm", f"{field}.units", (4 * (units // 2),))
        return
    widths = options.get("widths", (3,))
    for width in widths:
        shape = width, dim, units // len(widths)
        yield Layer(f"spelling/convolution_{width}", f"{field}.widths, {field}.units", shape)


def _stack_layers(path: str, field: str, options: Config) -> Iterator[Layer]:
    width = GATES[options.get("cell", "lstm")] * options["units"]
    for index in range(options.get("num_layers", 1)):
        yield Layer(f"{path}/rnn_{index}", f"{field}.units, {field}.cell", (width,))
        if projection := options.get("projection_units"):
            yield Layer(f"{path}/rnn_{index}", f"{field}.projection_units", (projection,))


def check_weights(path: str | PathLike[str], layers: Iterable[Layer]) -> None:
    """Check a weight file before a model is built for it.

    Args:
        path: the file, in HDF5 format.
        layers: the layers that the configuration asks for.

    Raises:
        ModelFileError: the file cannot be read, refers to other files, lacks a layer, has an array
            of another shape, or holds NaN.
    """
    import h5py

    path = Path(path)
    try:
        with h5py.File(path) as file:
            stored = _arrays(file, path)
            for layer in layers:
                _check_layer(path, layer, stored)
            for name, array in _walk(file):
                if np.issubdtype(array.dtype, np.floating) and np.isnan(array[()]).any():
                    raise ModelFileError(f"{path}: the array {name!r} has values that are NaN")
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"{path}: cannot be read as a weight file: {error}") from error


def _check_layer(path: Path, layer: Layer, stored: Mapping[str, list[Shape]]) -> None:
    found = [
        shape
        for name, shapes in stored.items()
        if f"{name}/".startswith(f"{layer.path}/")
        for shape in shapes
    ]
    if not any(_fits(layer.shape, shape) for shape in found):
        sizes = ", ".join("any" if size is None else str(size) for size in layer.shape)
        raise ModelFileError(
            f"{path}: {layer.fields} in config.json need an array of the layer {layer.path!r} "
            f"whose shape ends with ({sizes}), found {found[:4] or 'no such layer'}"
        )


def _fits(wanted: tuple[int | None, ...], shape: Shape) -> bool:
    last = shape[len(shape) - len(wanted) :] if len(shape) >= len(wanted) else ()
    return len(last) == len(wanted) and all(
        size in (None, other) for size, other in zip(wanted, last, strict=True)
    )


def _arrays(file: Any, path: Path) -> dict[str, list[Shape]]:
    """Return the shapes of the arrays by the names of their layers."""
    arrays: dict[str, list[Shape]] = {}
    size = path.stat().st_size
    for name, array in _walk(file):
        if array.external or array.is_virtual or array.nbytes > size:
            raise ModelFileError(
                f"{path}: the array {name!r} of {array.nbytes} bytes is not in this file"
            )
        layers = name.split("/vars/")[0].split("/")
        parts = ["/".join(layers[:depth]) for depth in range(1, len(layers) + 1)]
        groups = [file[f"{part}/vars"] for part in parts if f"{part}/vars" in file]
        names = [str(group.attrs.get("name", "")) for group in groups]
        arrays.setdefault("/".join(names), []).append(tuple(array.shape))
    return arrays


def _walk(group: Any, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the paths and arrays of an HDF5 file; links to other places are refused."""
    import h5py

    if depth > 20:
        raise ModelFileError(f"{group.file.filename}: groups are nested more than 20 deep")
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ModelFileError(f"{group.file.filename}: {prefix + name!r} links to another place")
        found = group[name]
        if isinstance(found, h5py.Dataset):
            yield prefix + name, found
        else:
            yield from _walk(found, f"{prefix}{name}/", depth + 1)
