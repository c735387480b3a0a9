"""One self-contained HTML page on the files of a corpus, with examples of each label."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from zoo.data.report.file_report import (
    MOST,
    Example,
    FileReport,
    character_name,
    is_odd,
    visible,
)

if TYPE_CHECKING:
    from zoo.data.report.data_report import DataReport

TEMPLATE = Path(__file__).with_name("page.html")
COLOURS = 8  # --l0 to --l7 in the template
READY, REFUSED = "Can be trained on", "Cannot be trained on"


def page_html(report: "DataReport") -> str:
    """Return the page of a report.

    Args:
        report: a `zoo.data.DataReport`.
    """
    names = ", ".join(Path(path).name for path in report.paths)
    parts = {
        "title": escape(visible(names)),
        "names": _text(names),
        "headline": REFUSED if report.refusals else READY,
        "refusals": _listing("refused", "Why", report.refusals),
        "notes": _listing("notes", "Notes", [each.removeprefix("note: ") for each in report.notes]),
        "files": "\n".join(map(_file, report.files)),
    }
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(parts)


def _text(text: str) -> str:
    """Return a text as HTML, its odd characters as code points."""
    return "".join(_odd(c) if is_odd(c) else escape(c) for c in text)


def _odd(character: str) -> str:
    name = escape(character_name(character))
    return f'<span class="odd" title="{name}">U+{ord(character):04X}</span>'


def _listing(kind: str, title: str, items: Iterable[str]) -> str:
    """Return a section with a list, or nothing where the list is empty."""
    lines = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f'<section class="{kind}"><h2>{title}</h2><ul>{lines}</ul></section>' if lines else ""


def _file(report: FileReport) -> str:
    """Return the section of a file: its numbers, its labels, and examples of each."""
    line = f", line {report.longest_line:,}" if report.longest_line else ""
    facts = {
        report.unit: f"{report.examples:,}",
        "words": f"{report.words:,}",
        "documents": f"{report.documents:,}" if report.documents else "",
        "longest": f"{report.longest:,} words{line}",
    }
    numbers = "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in facts.items() if v)
    odd = [f"{name}: {count:,}" for name, count in report.odd.items()]
    colours = {label: at % COLOURS for at, label in enumerate(report.labels)}
    return (
        f"<section><h2>{_text(report.split or 'file')}</h2>"
        f'<p class="note">{_text(report.path)}, {_text(report.form)}</p><dl>{numbers}</dl>'
        f"{_labels(report, colours)}"
        f"{_listing('odd-characters', 'Odd characters', odd)}"
        f"{_listing('notes', 'Notes', report.notes)}"
        f"{_examples(report, colours)}</section>"
    )


def _labels(report: FileReport, colours: dict[str, int]) -> str:
    """Return the table of labels, the most frequent first, with a bar for each count."""
    largest = max(report.labels.values(), default=1)
    rows = [
        f'<tr><th scope="row">{_text(label)}</th><td>{count:,}</td><td class="bar">'
        f'<span style="width: {100 * count / largest:.1f}%; --c: var(--l{colours[label]})"></span>'
        "</td></tr>"
        for label, count in [*report.labels.items()][:MOST]
    ]
    more = len(report.labels) - MOST
    caption = f"Labels{f', without {more:,} rarer ones' if more > 0 else ''}"
    return f"<table><caption>{caption}</caption><tbody>{''.join(rows)}</tbody></table>"


def _examples(report: FileReport, colours: dict[str, int]) -> str:
    """Return the examples of the most frequent labels."""
    parts = []
    for label in [*report.labels][:MOST]:
        passages = [_passage(each, colours) for each in report.samples.get(label, ())]
        parts.append(f"<h3>{_text(label)}</h3>{''.join(passages)}")
    return "".join(parts)


def _passage(example: Example, colours: dict[str, int]) -> str:
    """Return an example with its labelled parts marked."""
    parts, end = [], 0
    for span in example.spans:
        inside = _text(example.text[span.start : span.end])
        parts += [
            _text(example.text[end : span.start]),
            f'<mark style="--c: var(--l{colours[span.label]})">{inside}'
            f'<bdi class="tag">{_text(span.label)}</bdi></mark>',
        ]
        end = span.end
    line = f'<span class="line">line {example.line:,}</span>' if example.line else ""
    return f'<p class="passage" dir="auto">{"".join(parts)}{_text(example.text[end:])}{line}</p>'
