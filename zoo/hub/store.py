"""Location of model folders, and integrity checks of their files."""

import hashlib
import json
import shutil
from collections.abc import Collection
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path
from typing import Any

from zoo.hub.card import CARD_FILE, FileRecord, ModelCard
from zoo.hub.errors import ModelFileError, UnknownModelError, did_you_mean
from zoo.hub.validation import is_model_name

CARD_PAGE = "card.md"
_PACKAGE = Path(__file__).resolve().parent.parent
_LIBRARIES = ("bilstm-zoo", "keras", "tensorflow", "jax", "numpy", "ai-edge-litert")


def bundled(kind: str) -> Path:
    """Return a folder that is shipped with the package.

    In an installed wheel it is inside the package; in a checkout it is beside the package.

    Args:
        kind: name of the folder, such as "saved_models".

    Returns:
        The path of the folder.

    Example:

    >>> bundled("saved_models").name
    'saved_models'
    """
    inside = _PACKAGE / kind
    return inside if inside.is_dir() else _PACKAGE.parent / kind


def model_names() -> list[str]:
    """Return the sorted names of the bundled models."""
    return sorted(card.parent.name for card in bundled("saved_models").glob(f"*/{CARD_FILE}"))


def resolve(name: str) -> Path:
    """Find the folder of a model.

    Args:
        name: name of a bundled model, or "path:DIR" for a model folder. A name without "path:" is
            never interpreted as a path.

    Returns:
        The path of a folder with a card.

    Raises:
        UnknownModelError: there is no bundled model of this name.
        ModelFileError: DIR is not a model folder.

    Example:

    >>> resolve("../secret")
    Traceback (most recent call last):
    zoo.hub.errors.UnknownModelError: ...
    """
    _check_name(name)
    if name.startswith("path:"):
        folder = Path(name.removeprefix("path:"))
        if not (folder / CARD_FILE).is_file():
            raise ModelFileError(f"{folder}: not a model folder: it has no {CARD_FILE}")
        return folder
    known = model_names()
    if name in known:
        return bundled("saved_models") / name
    hint = did_you_mean(name, known)
    if not is_model_name(name) or Path(name).is_dir():
        hint = f" For a folder write 'path:{name}'."
    raise UnknownModelError(
        f"no model is named {name!r}.{hint} Bundled models: {', '.join(known) or 'none'}"
    )


def _check_name(name: object) -> None:
    if not isinstance(name, str):
        raise UnknownModelError(f"name must be a string such as 'bilstm-brackets'; got {name!r}")


def verify_files(
    folder: str | PathLike[str], card: ModelCard, skip: Collection[str] = ()
) -> list[str]:
    """Check the size and hash of every file on the card.

    Args:
        folder: the model folder.
        card: its card.
        skip: patterns, as in `fnmatch`, of files that are not checked.

    Returns:
        List of the relative paths that were checked, in the order of the card.

    Raises:
        ModelFileError: a file is missing, changed, or outside of the folder; the message names the
            first one.
    """
    root = Path(folder).resolve()
    checked = [p for p in card.files if not any(fnmatchcase(p, each) for each in skip)]
    for relative in checked:
        try:
            path = (root / relative).resolve()
            if path.is_relative_to(root):
                _verify_file(path, card.files[relative], card.name)
                continue
        except (OSError, RuntimeError) as error:  # a name too long, a circle of links, no rights
            raise ModelFileError(f"{root / relative!s:.200}: cannot be read: {error}") from error
        raise ModelFileError(
            f"{card.name}: the card lists the file {relative!r}, which is outside of {root}; "
            "do not use this model"
        )
    return checked


def copy_model(source: str | PathLike[str], folder: str | PathLike[str]) -> Path:
    """Copy a model folder: its card and all files that the card lists, after checking them.

    Args:
        source: the model folder.
        folder: the new folder, absent or empty.

    Returns:
        The path of the new folder.

    Raises:
        ValueError: the new folder is not empty.
        ModelFileError: a file is missing, changed, or outside of the folder.
    """
    source, folder = Path(source), Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder}: must be absent or an empty folder")
    card = ModelCard.read(source)
    pages = [CARD_PAGE] if (source / CARD_PAGE).is_file() else []
    # The card comes last: a folder without a card is no model.
    for relative in [*verify_files(source, card), *pages, CARD_FILE]:
        (folder / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / relative, folder / relative)
    return folder


def _verify_file(path: Path, expected: FileRecord, name: str) -> None:
    if not path.is_file():
        raise ModelFileError(
            f"{path}: missing; expected sha256 {expected.sha256} ({expected.bytes} bytes), found "
            f"no file. {_remedy(name)}"
        )
    found = file_record(path)
    if found != expected:
        raise ModelFileError(
            f"{path}: changed; expected sha256 {expected.sha256} ({expected.bytes} bytes), found "
            f"{found.sha256} ({found.bytes} bytes). {_remedy(name)}"
        )


def _remedy(name: str) -> str:
    if name in model_names():
        return "Install the package again, or restore the file with git."
    return "Run the model's recipe again, or copy the whole folder again."


def file_record(path: Path) -> FileRecord:
    """Compute the size and hash of a file.

    Args:
        path: path of the file.

    Returns:
        Its `FileRecord`.
    """
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(sha256=sha256, bytes=path.stat().st_size)


def write_card(folder: str | PathLike[str], **fields: Any) -> ModelCard:
    """Hash every file of a model folder and write `card.json` and `card.md`; call it last.

    Args:
        folder: the model folder, with all other files in place.
        **fields: the fields of `ModelCard`, as in `ModelCard.from_dict`, except `files` and
            `size_bytes`, which are computed. `versions` defaults to the installed versions.

    Returns:
        The card.

    Raises:
        CardError: a field is missing, unknown or invalid; the message names it.
    """
    folder = Path(folder)
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    files = {
        path.relative_to(folder).as_posix(): file_record(path)
        for path in paths
        if path.relative_to(folder).as_posix() not in (CARD_FILE, CARD_PAGE)
    }
    card = ModelCard.from_dict(
        {
            "versions": installed_versions(),
            **fields,
            "files": files,
            "size_bytes": sum(each.bytes for each in files.values()),
        }
    )
    text = json.dumps(card.to_dict(), indent=2, ensure_ascii=False) + "\n"
    (folder / CARD_FILE).write_text(text, encoding="utf-8")
    (folder / CARD_PAGE).write_text(card.to_markdown(), encoding="utf-8")
    return card


def installed_versions() -> dict[str, str]:
    """Return the installed versions of this package and of the libraries that it trains with."""
    from importlib import metadata  # slow to import, and not needed to load a model

    found = {name: list(metadata.distributions(name=name)) for name in _LIBRARIES}
    return {name: each[0].version for name, each in found.items() if each}
