"""The device bundle: a model as an app needs it, with its settings and golden vectors."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zoo.export.device.golden import TOLERANCE, RecordingEngine, golden_vector
from zoo.export.device.golden_texts import TEXTS, long_text
from zoo.export.device.model_file import ModelFile
from zoo.export.device.settings import FORMAT, bundle_settings, html_entities
from zoo.export.device.unicode_table import unicode_table
from zoo.export.device.vocabulary_file import pack_vocabulary
from zoo.hub import ModelCard, verify_files
from zoo.hub.card import read_json
from zoo.hub.load import CONFIG_FILE, RUNTIME_FILES
from zoo.hub.store import CARD_PAGE, file_record
from zoo.runtime import TFLITE_FILE, LiteRTEngine, open_with
from zoo.runtime.assets import read_vocabulary, task_of
from zoo.runtime.predictor import Predictor

DEVICE_FILES = Path(__file__).parent / "files"
SPECIFICATION = "SPECIFICATION.md"
SETTINGS_FILE = "bundle.json"
MANIFEST_FILE = "manifest.json"


def write_bundle(
    model_folder: str | os.PathLike[str],
    bundle_folder: str | os.PathLike[str],
    model_file: ModelFile | None = None,
) -> Path:
    """Write the device bundle of a model, as `device/files/SPECIFICATION.md` describes it.

    Args:
        model_folder: a model folder with its TFLite file and its card.
        bundle_folder: where to write. It is created if it does not exist.
        model_file: the TFLite file that the bundle gets, of the same model; None for that of the
            folder. The golden vectors are its answers.

    Returns:
        The bundle's folder.

    Raises:
        FileExistsError: `bundle_folder` is not empty.
        ModelFileError: a file of the model is missing, damaged or of a newer version.

    Example:

    >>> import tempfile
    >>> from zoo.hub.store import resolve
    >>> bundle = write_bundle(resolve("bilstm-brackets"), tempfile.mkdtemp())
    >>> sorted(path.name for path in bundle.iterdir())
    ['SPECIFICATION.md', 'bundle.json', 'card.md', 'golden.json', 'manifest.json', 'model.tflite',
     'unicode.json', 'vocabulary.vocab']
    """
    model_folder, bundle_folder = Path(model_folder), Path(bundle_folder)
    if bundle_folder.exists() and any(bundle_folder.iterdir()):
        raise FileExistsError(f"`bundle_folder` must be new or empty, got {bundle_folder}.")
    card = ModelCard.read(model_folder)
    verify_files(model_folder, card, skip=[RUNTIME_FILES["keras"], RUNTIME_FILES["saved_model"]])
    config = read_json(model_folder / CONFIG_FILE)
    task = task_of(model_folder, config)
    model_file = model_file or ModelFile.of_folder(model_folder)
    record = RecordingEngine(LiteRTEngine(model_file.path))
    predictor = open_with(task, model_folder, config, record)
    names = sorted(path.stem for path in model_folder.glob("*.txt"))
    settings = bundle_settings(config, names)

    bundle_folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model_file.path, bundle_folder / TFLITE_FILE)
    shutil.copyfile(DEVICE_FILES / SPECIFICATION, bundle_folder / SPECIFICATION)
    page = card.to_markdown() + model_file.card_section()
    (bundle_folder / CARD_PAGE).write_text(page, encoding="utf-8")
    for name in names:
        packed = pack_vocabulary(read_vocabulary(model_folder, name))
        (bundle_folder / f"{name}.vocab").write_bytes(packed)
    settings = {"name": card.name, "file": model_file.settings(), **settings}
    _write_json(bundle_folder / SETTINGS_FILE, settings)
    _write_json(bundle_folder / "unicode.json", unicode_table(), None)
    if settings["markup"]:
        _write_json(bundle_folder / "entities.json", html_entities())
    # Longer than one run of the model, where the task limits a run. The number is odd, so that the
    # pieces of a classifier have unequal lengths.
    words = settings.get("piece") or settings.get("window", {}).get("size", 200)
    texts = {**TEXTS, "longer than one run": long_text(words * 3 // 2 + 1)}
    write_golden(bundle_folder / "golden.json", texts, predictor, record)
    return write_manifest(bundle_folder)


def write_golden(
    path: Path, texts: Mapping[str, str], predictor: Predictor[Any], record: RecordingEngine
) -> None:
    """Write golden vectors, one text per line.

    Args:
        path: the file to write.
        texts: texts by name.
        predictor: a predictor that runs on `record`.
        record: the engine of `predictor`.
    """
    vectors = (golden_vector(name, text, predictor, record) for name, text in texts.items())
    # In ASCII, so that no editor and no transport changes a character.
    lines = (json.dumps(each, separators=(",", ":"), allow_nan=False) for each in vectors)
    head = f'{{"format": {FORMAT}, "tolerance": {TOLERANCE}, "texts": [\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def write_manifest(folder: Path) -> Path:
    """Write the sizes and hashes of all files of a bundle. Call it last.

    Args:
        folder: the bundle.

    Returns:
        The folder.
    """
    paths = sorted(path for path in folder.iterdir() if path.name != MANIFEST_FILE)
    files = {path.name: asdict(file_record(path)) for path in paths}
    _write_json(folder / MANIFEST_FILE, {"format": FORMAT, "files": files})
    return folder


def _write_json(path: Path, record: Any, indent: int | None = 1) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=indent) + "\n", encoding="utf-8")
