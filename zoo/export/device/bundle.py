"""A folder to copy into an app: a model, how its inputs are made, and proof of both."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from zoo.export.device.golden import TOLERANCE, RecordingEngine, golden_vector
from zoo.export.device.golden_texts import TEXTS, long_text
from zoo.export.device.settings import FORMAT, entities_of_html, kit_settings
from zoo.export.device.vocabulary_file import pack_vocabulary
from zoo.hub import ModelCard, verify_files
from zoo.hub.card import read_json
from zoo.hub.load import CONFIG_FILE, RUNTIME_FILES
from zoo.hub.store import CARD_PAGE, file_record
from zoo.runtime import TFLITE_FILE, LiteRTEngine, open_with
from zoo.runtime.assets import read_vocabulary, task_of

DEVICE_FILES = Path(__file__).parent / "files"
MANIFEST = "manifest.json"


def write_kit(model_folder, kit_folder):
    """Write the device kit of a model, as `device/SPECIFICATION.md` describes it.

    Args:
        model_folder: a model folder with its TFLite file and its card.
        kit_folder: where to write; made if it is not there.

    Returns:
        The kit's folder as a `pathlib.Path`.

    Raises:
        FileExistsError: the kit's folder holds something already.
        ModelFileError: a file of the model is missing, changed, or not what this version can read.

    Example:

    >>> import tempfile
    >>> from zoo.hub.store import resolve
    >>> kit = write_kit(resolve("bilstm-brackets"), tempfile.mkdtemp())
    >>> sorted(path.name for path in kit.iterdir())
    ['SPECIFICATION.md', 'card.md', 'example.py', 'golden.json', 'kit.json', 'manifest.json',
     'model.tflite', 'text.mjs', 'vocabulary.vocab', 'zoo.mjs']
    """
    model_folder, kit_folder = Path(model_folder), Path(kit_folder)
    if kit_folder.exists() and any(kit_folder.iterdir()):
        raise FileExistsError(f"`kit_folder` must be new or empty, got {kit_folder}.")
    card = ModelCard.read(model_folder)
    verify_files(model_folder, card, skip=[RUNTIME_FILES["keras"], RUNTIME_FILES["saved_model"]])
    config = read_json(model_folder / CONFIG_FILE)
    task = task_of(model_folder, config)
    record = RecordingEngine(LiteRTEngine(model_folder / TFLITE_FILE))
    predictor = open_with(task, model_folder, config, record)
    names = sorted(path.stem for path in model_folder.glob("*.txt"))
    settings = kit_settings(config, names)

    kit_folder.mkdir(parents=True, exist_ok=True)
    for path in (model_folder / TFLITE_FILE, *device_files()):
        shutil.copyfile(path, kit_folder / path.name)
    (kit_folder / CARD_PAGE).write_text(card.to_markdown(), encoding="utf-8")
    for name in names:
        packed = pack_vocabulary(read_vocabulary(model_folder, name))
        (kit_folder / f"{name}.vocab").write_bytes(packed)
    _write_json(kit_folder / "kit.json", {"name": card.name, **settings})
    if settings["markup"]:
        _write_json(kit_folder / "entities.json", entities_of_html())
    # Longer than what the model reads at once, if its task has such a bound; an odd number, so that
    # the pieces of a classifier are unequal.
    words = settings.get("piece") or settings.get("window", {}).get("size", 200)
    texts = {**TEXTS, "longer than one run": long_text(words * 3 // 2 + 1)}
    write_golden(kit_folder / "golden.json", texts, predictor, record)
    return write_manifest(kit_folder)


def device_files():
    """Return the paths of what is the same in every kit: the specification and its programs."""
    return [DEVICE_FILES / n for n in ("SPECIFICATION.md", "example.py", "text.mjs", "zoo.mjs")]


def write_golden(path, texts, predictor, record):
    """Write golden vectors, a text a line.

    Args:
        path: of the file, a `pathlib.Path`.
        texts: dict of texts by name.
        predictor: of any task, which asks `record`.
        record: `RecordingEngine`.
    """
    vectors = (golden_vector(name, text, predictor, record) for name, text in texts.items())
    # In ASCII, so that no editor and no transport changes a character.
    lines = (json.dumps(each, separators=(",", ":"), allow_nan=False) for each in vectors)
    head = f'{{"format": {FORMAT}, "tolerance": {TOLERANCE}, "texts": [\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def write_manifest(folder):
    """Write the sizes and hashes of all files of a kit; call it last.

    Args:
        folder: `pathlib.Path` of the kit.

    Returns:
        The folder.
    """
    paths = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    files = {path.name: asdict(file_record(path)) for path in paths}
    _write_json(folder / MANIFEST, {"format": FORMAT, "files": files})
    return folder


def _write_json(path, record):
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
