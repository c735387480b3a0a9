"""One self-contained HTML page with all measures of a text."""

import base64
import html
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from zoo.inspect.figures.answers import label_colours
from zoo.inspect.figures.files import write_pictures
from zoo.inspect.figures.images import png_bytes
from zoo.inspect.figures.style import narrow_figures
from zoo.inspect.report.captions import CAPTIONS, HIDDEN_WORD, TITLES
from zoo.inspect.report.highlight import (
    highlight_directions,
    highlight_marks,
    highlight_weights,
    selectable_words,
)
from zoo.inspect.report.inspection import Inspection, inspection_figures

TEMPLATE = Path(__file__).with_name("page.html")
PAGE_FILE = "index.html"
DOTS_PER_INCH = 200  # for screens of high density
UNREADABLE = re.compile("[\x00\ud800-\udfff]")  # characters that HTML cannot contain


def write_page(inspection: Inspection, folder: str | os.PathLike[str], name: str) -> Path:
    """Write the figures of an inspection as PNG files, and a page with all of them.

    Args:
        inspection: as returned by `zoo.inspect.inspect_text`.
        folder: where to write. It is created if it does not exist.
        name: name of the model on the page.

    Returns:
        Path of the page.
    """
    figures = _fine(inspection_figures(inspection))
    with narrow_figures():
        narrow = [png_bytes(each) for each in _fine(inspection_figures(inspection)).values()]
    wide = [path.read_bytes() for path in write_pictures(figures, folder)]
    pictures = dict(zip(figures, zip(wide, narrow, strict=True), strict=True))
    page = Path(folder) / PAGE_FILE
    page.write_text(page_html(inspection, pictures, name), encoding="utf-8")
    return page


def _fine(figures):
    for figure in figures.values():
        figure.set_dpi(DOTS_PER_INCH)
    return figures


def page_html(
    inspection: Inspection, pictures: Mapping[str, tuple[bytes, bytes]], name: str
) -> str:
    """Return the page as HTML.

    Args:
        inspection: as returned by `zoo.inspect.inspect_text`.
        pictures: by the names of `inspection_figures`, a PNG file and one for narrow screens.
        name: name of the model on the page.
    """
    reading = inspection.reading
    tagger = reading.prediction is None
    colours = label_colours(inspection.labels, inspection.none_label).values() if tagger else []
    parts = {
        "title": f"{html.escape(name)}: inside a text",
        "model": html.escape(name),
        "headline": _headline(reading),
        "scope": _scope(reading),
        "colours": " ".join(f"--l{i}: {colour};" for i, colour in enumerate(colours)),
        "answer": highlight_marks(inspection) if tagger else highlight_weights(inspection),
        "sections": "\n".join(
            _section(picture, contents, inspection) for picture, contents in pictures.items()
        ),
        "rows": json.dumps(inspection.influence.round(4).tolist() if tagger else []),
    }
    return UNREADABLE.sub(
        "\ufffd", Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts)
    )


def _headline(reading):
    if reading.prediction:
        label, score = reading.prediction
        return f"{html.escape(label)}, {100 * score:.1f} %"
    count = len(reading.marks)
    return f"{count:,} labelled part{'' if count == 1 else 's'}" if count else "Nothing labelled"


def _scope(reading):
    """Describe which tokens are drawn and shown, if these are not all."""
    total, drawn, shown = len(reading.tokens), reading.drawn, reading.shown
    if len(drawn) == total:
        return f"The figures show all {total:,} tokens." if total > 1 else "The text is one token."
    why = "those with the largest weights" if reading.prediction else "those with most labels"
    lines = [
        f"The figures show {_numbers(drawn)} of {total:,}, {why}. They are computed on these "
        "tokens alone, without the rest of the text."
    ]
    if len(shown) < total:
        lines.append(f"This page shows {_numbers(shown)} of the text.")
    return " ".join(lines)


def _numbers(where):
    return f"tokens {where.start + 1:,} to {where.stop:,}"


def _section(name, contents, inspection):
    """Return a section of the page: title, interactive text, figure and caption."""
    before = ""
    if inspection.reading.prediction is None:
        if name == "influence":
            before = f'<p class="note">{HIDDEN_WORD}</p>{selectable_words(inspection)}'
        if name == "direction_answers":
            before = highlight_directions(inspection)
    title, caption = html.escape(TITLES[name]), html.escape(CAPTIONS[name])
    wide, narrow = (f"data:image/png;base64,{base64.b64encode(c).decode()}" for c in contents)
    return (
        f'<section id="{name}"><h2>{title}</h2>{before}<figure><picture>'
        f'<source media="(max-width: 44rem)" srcset="{narrow}"><img alt="{title}" src="{wide}">'
        f"</picture><figcaption>{caption}</figcaption></figure></section>"
    )
