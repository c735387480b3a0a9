"""One page of HTML that shows what was measured of a text, with nothing loaded from elsewhere."""

import base64
import html
import json
import re
from pathlib import Path
from string import Template

from zoo.inspect.figures.answers import label_colours
from zoo.inspect.figures.files import write_pictures
from zoo.inspect.report.captions import CAPTIONS, HIDDEN_WORD, TITLES
from zoo.inspect.report.highlight import (
    half_passages,
    marked_passage,
    pick_passage,
    weighed_passage,
)
from zoo.inspect.report.inspection import inspection_figures

TEMPLATE = Path(__file__).with_name("page.html")
PAGE_FILE = "index.html"
DOTS_PER_INCH = 200  # so that the pictures are sharp on dense screens
UNREADABLE = re.compile("[\x00\ud800-\udfff]")  # what no page can hold


def write_page(inspection, folder, name):
    """Write the pictures of an inspection as PNG files, and a page with all of it.

    Args:
        inspection: a `zoo.inspect.Inspection`.
        folder: where to; made if it is not there.
        name: of the model, as it is shown.

    Returns:
        Path of the page.
    """
    figures = inspection_figures(inspection)
    for figure in figures.values():
        figure.set_dpi(DOTS_PER_INCH)
    paths = write_pictures(figures, folder)
    pictures = dict(zip(figures, (path.read_bytes() for path in paths), strict=True))
    page = Path(folder) / PAGE_FILE
    page.write_text(page_html(inspection, pictures, name), encoding="utf-8")
    return page


def page_html(inspection, pictures, name):
    """Return the page.

    Args:
        inspection: a `zoo.inspect.Inspection`.
        pictures: dict of the names of `inspection_figures` to PNG files, bytes.
        name: of the model, as it is shown.
    """
    reading = inspection.reading
    tagger = reading.verdict is None
    colours = [*label_colours(inspection.labels).values()][1:] if tagger else []
    parts = {
        "title": f"{html.escape(name)}: inside a text",
        "model": html.escape(name),
        "headline": _headline(reading),
        "scope": _scope(reading),
        "colours": " ".join(f"--l{i}: {colour};" for i, colour in enumerate(colours, start=1)),
        "answer": marked_passage(inspection) if tagger else weighed_passage(inspection),
        "sections": "\n".join(
            _section(picture, content, inspection) for picture, content in pictures.items()
        ),
        "rows": json.dumps(inspection.influence.round(4).tolist() if tagger else []),
    }
    return UNREADABLE.sub(
        "\ufffd", Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts)
    )


def _headline(reading):
    if reading.verdict:
        label, score = reading.verdict
        return f"{html.escape(label)}, {100 * score:.1f} %"
    count = len(reading.marks)
    return f"{count:,} marked passage{'' if count == 1 else 's'}" if count else "Nothing marked"


def _scope(reading):
    """Say which tokens are drawn and which are shown, where it is not all of them."""
    total, drawn, shown = len(reading.tokens), reading.drawn, reading.shown
    if len(drawn) == total:
        return f"The pictures show all {total:,} tokens." if total > 1 else "It is one token."
    why = "where its words weigh most" if reading.verdict else "where most is marked"
    lines = [
        f"The pictures show {_numbers(drawn)} of {total:,}, {why}. Their states and all that is "
        "made of them are those of these tokens alone, without the rest of the text."
    ]
    if len(shown) < total:
        lines.append(f"Of the text, this page shows {_numbers(shown)}.")
    return " ".join(lines)


def _numbers(where):
    return f"tokens {where.start + 1:,} to {where.stop:,}"


def _section(name, content, inspection):
    """Return a section of the page: a title, what can be tried, a picture and its caption."""
    before = ""
    if inspection.reading.verdict is None:
        if name == "influence":
            before = f'<p class="note">{HIDDEN_WORD}</p>{pick_passage(inspection)}'
        if name == "direction_answers":
            before = half_passages(inspection)
    title, caption = html.escape(TITLES[name]), html.escape(CAPTIONS[name])
    source = base64.b64encode(content).decode()
    return (
        f'<section id="{name}"><h2>{title}</h2>{before}<figure>'
        f'<div><img alt="{title}" src="data:image/png;base64,{source}"></div>'
        f"<figcaption>{caption}</figcaption></figure></section>"
    )
