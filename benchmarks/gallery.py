"""The site's pictures of what goes on inside the shipped models.

    python benchmarks/gallery.py

Writes `docs/pages/gallery/*.png`; `direction_study.py` writes one more there.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "pages" / "gallery"
sys.path.insert(0, str(ROOT))

import zoo  # noqa: E402
from zoo.inspect import inspect_text, inspection_figures, save_png  # noqa: E402

COLOURS = 256  # as many as such a file can have; it is half as large as with all of them

# Model -> a text, and those of its pictures that are shown.
SHOWN = {
    "bilstm-ner": (
        "George Washington left Washington for Washington State University.",
        ("influence", "direction_answers", "information_flow"),
    ),
    "bilstm-sentiment": (
        "The acting is dull and the plot is boring, yet somehow I loved this wonderful film.",
        ("influence",),
    ),
}


def main():
    GALLERY.mkdir(exist_ok=True)
    for model, (text, names) in SHOWN.items():
        figures = inspection_figures(inspect_text(zoo.load(model), text))
        for name in names:
            path = GALLERY / f"{model}_{name}.png"
            save_png(figures[name], path, COLOURS)
            print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
