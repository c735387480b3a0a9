"""By how much an app grows with a model, and how long a sentence takes on this computer.

    python benchmarks/device_apps.py

`tables` are `bundle.json`, `unicode.json` and `entities.json`; `compressed` is a zip of what an app
gets by `--target android`, the compiled Java included. The times are medians for one sentence of 16
words: `text to ids` of the Java, `model` of the TFLite file with LiteRT on one thread. Writes
`device_apps.csv`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from statistics import median
from time import perf_counter

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

import numpy as np  # noqa: E402

import zoo  # noqa: E402
from tables import put_rows  # noqa: E402
from zoo.export.device.targets import write_target  # noqa: E402
from zoo.hub import resolve  # noqa: E402
from zoo.runtime import LiteRTEngine  # noqa: E402

SENTENCE = "On Monday Ada Lovelace of Acme Inc. met Bo Diddley in New York for chess ."
REPEATS = 300


def measure(name, classes):
    """Return the row of a shipped model."""
    with tempfile.TemporaryDirectory() as work:
        app = write_target(resolve(name), Path(work, "app"), "android")
        model = app / "model"
        found = subprocess.run(
            ["java", "-cp", classes, "zoo.Times", model, SENTENCE],
            capture_output=True,
            text=True,
            check=True,
        )
        reading, inputs = json.loads(found.stdout)
        needed = [path for path in model.iterdir() if path.name != "golden.json"]
        tables = sum(_size(model / f"{t}.json") for t in ("bundle", "unicode", "entities"))
        return {
            "model": name,
            "TFLite file": _shown(_size(model / "model.tflite")),
            "vocabularies": _shown(sum(map(_size, model.glob("*.vocab")))),
            "tables": _shown(tables),
            "compressed": _shown(_zipped([*needed, *Path(classes).rglob("*.class")], work)),
            "text to ids, ms": f"{reading:.2g}",
            "model, ms": f"{_model_ms(model / 'model.tflite', inputs):.2g}",
        }


def _size(path):
    return path.stat().st_size if path.is_file() else 0


def _shown(size):
    return f"{size / 1e6:.2f} MB"


def _zipped(paths, work):
    archive = Path(work, "app.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in paths:
            file.write(path, path.name)
    return archive.stat().st_size


def _model_ms(path, inputs):
    engine, times = LiteRTEngine(path), []
    length = len(next(iter(inputs.values())))
    arrays = {
        name: np.array(values, "int32").reshape((length, -1) if len(values) > length else -1)
        for name, values in inputs.items()
    }
    for _ in range(REPEATS):
        start = perf_counter()
        engine(arrays)
        times.append(1000 * (perf_counter() - start))
    return median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="*", help="names; all by default")
    names = parser.parse_args().models or zoo.list_models()
    android = HERE.parent / "zoo/export/device/files/android"
    with tempfile.TemporaryDirectory() as classes:
        sources = [*android.glob("java/zoo/*.java"), HERE / "Times.java"]
        subprocess.run(["javac", "-d", classes, *sources], check=True)
        rows = [measure(name, classes) for name in names]
    put_rows(rows, HERE / "device_apps.csv", ["model"])


if __name__ == "__main__":
    main()
