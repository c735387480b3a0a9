"""Records of annotation tools: spans with character offsets, or words with their tags."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

Offsets = tuple[int, int, str]
WORDS = ("tokens", "words")
TAGS = ("tags", "ner_tags", "labels")
SPANS = ("spans", "entities", "label", "labels")
UNITS = {  # what offsets may count, each with an encoding and the bytes of a unit in it
    "characters": ("characters", "utf-32-le", 4),
    "utf-16": ("UTF-16 units", "utf-16-le", 2),
    "bytes": ("bytes of UTF-8", "utf-8", 1),
}
KINDS = "spans, or of tags beside `tokens`,"
OTHER_UNITS = "if offsets count other units, pass `offsets`, as 'utf-16' or 'bytes'"


@dataclass
class Annotation:
    """What a record holds: a text with spans, or words with tags.

    Args:
        text: the text; empty where there are words.
        spans: triples of start, end and label; the offsets are those of characters in the text.
        words: words of a sentence.
        tags: one tag for each of the words.
        notes: what was changed while the record was read.
    """

    text: str = ""
    spans: list[Offsets] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_annotation(record: dict[str, Any], offsets: str | None = None) -> Annotation | str:
    """Return the annotation of a record.

    The forms are those of Prodigy (`spans`), Doccano (`label` or `entities`) and Label Studio (JSON
    and JSON-MIN), and lists of words and tags.

    Args:
        record: dict of JSON values.
        offsets: what the offsets of spans count, a name in `UNITS`; None for what the quoted texts
            of the spans show, or characters.

    Returns:
        The annotation; or, where a record is not annotated, the reason, as text.

    Raises:
        ValueError: the record has none of these forms, or offsets outside of the text.

    Example:

    >>> record = {"text": "Ada met Bo.", "spans": [{"start": 0, "end": 3, "label": "PER"}]}
    >>> read_annotation(record).spans
    [(0, 3, 'PER')]
    >>> read_annotation({"text": "Ada met Bo.", "label": [[8, 10, "PER"]]}).spans
    [(8, 10, 'PER')]
    """
    if (answer := record.get("answer", "accept")) != "accept":
        return f"the answer is {answer!r}"
    if isinstance(record.get("annotations"), list):
        return _label_studio(record, offsets)
    names = [name for name in WORDS if _strings(record.get(name))]
    tags = [name for name in TAGS if _strings(record.get(name))]
    if names and tags and not record[names[0]]:
        return "there is no word"
    if names and tags:
        words, found = record[names[0]], record[tags[0]]
        if len(words) != len(found):
            raise ValueError(f"{len(words)} words and {len(found)} tags")
        return Annotation(words=words, tags=found)
    for name in SPANS:
        if isinstance(record.get(name), list):
            return _annotation(_text(record), record[name], offsets)
    if "_input_hash" in record:  # Prodigy writes no `spans` where there are none
        return _annotation(_text(record), [], offsets)
    if "annotation_id" in record:  # nor does Label Studio, nor where nothing was annotated
        return "there is no annotation"
    for name in (*SPANS, *TAGS):
        if name in record:
            raise ValueError(f"{record[name]!r:.60} under {name!r}; a list of {KINDS} was expected")
    raise ValueError(
        "neither `spans`, `entities`, `label`, `annotations` nor words with tags among the keys "
        f"{sorted(record)}"
    )


def _label_studio(record: dict[str, Any], offsets: str | None) -> Annotation | str:
    """Read the record of a Label Studio task."""
    made = [a for a in record["annotations"] if not _part(a, dict).get("was_cancelled")]
    if not made:
        return "there is no annotation"
    results = _part(made[0].get("result"), list)
    values = [_part(_part(each, dict).get("value"), dict) for each in results]
    data = _part(record.get("data"), dict)
    strings = {name: value for name, value in data.items() if isinstance(value, str)}
    text = _text(data if len(strings) != 1 else {"text": [*strings.values()][0]})
    annotation = _annotation(text, [value for value in values if "labels" in value], offsets)
    if len(made) > 1:
        annotation.notes.append("the first of several annotations was read")
    return annotation


def _part(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"a {kind.__name__} was expected, got {value!r:.60}")
    return value


def _text(record: dict[str, Any]) -> str:
    for name in ("text", "data"):  # older exports of Doccano say "data"
        if isinstance(record.get(name), str):
            return record[name]
    raise ValueError(f"no `text` among the keys {sorted(record)}")


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _annotation(text: str, spans: Sequence[Any], offsets: str | None) -> Annotation:
    given = [_span(span) for span in spans]
    quoted = [span.get("text") if isinstance(span, dict) else None for span in spans]
    units = [offsets] if offsets else [*UNITS]
    unit = next((u for u in units if _agree(text, in_characters(text, given, u), quoted)), units[0])
    found = in_characters(text, given, unit)
    name, encoding, size = UNITS[unit]
    length = len(text.encode(encoding, "surrogatepass")) // size
    for (start, end, _), span, quote in zip(given, found, quoted, strict=True):
        place = f"{str(start):.20} to {str(end):.20}"
        if not 0 <= start < end <= length:
            hint = "" if offsets or text.isascii() else f"; {OTHER_UNITS}"
            raise ValueError(f"the span {place} is not in a text of {length} {name}{hint}")
        if not _agree(text, [span], [quote]):
            shown = text[span[0] : span[1]]
            raise ValueError(f"the span {place} is {shown!r}, not {quote!r}")
    return Annotation(text, found, notes=[f"the offsets count {name}"] if unit != units[0] else [])


def _span(span: Any) -> Offsets:
    """Return start, end and label of a span."""
    if isinstance(span, list) and len(span) == 3:
        start, end, label = span
    elif isinstance(span, dict):
        start = span.get("start", span.get("start_offset"))
        end = span.get("end", span.get("end_offset"))
        label = span.get("label", span.get("labels"))
    else:
        raise ValueError(f"a span was expected, got {span!r:.60}")
    if isinstance(label, list) and len(label) == 1:
        label = label[0]
    if isinstance(label, str):
        label = label.strip()
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in (start, end))
    if not (whole and isinstance(label, str) and label):
        raise ValueError(f"a span needs whole numbers and one label, got {span!r:.60}")
    return cast("Offsets", (start, end, label))


def _agree(text: str, spans: Sequence[Offsets], quoted: Sequence[Any]) -> bool:
    """Return whether all spans have the texts that the file says they have."""
    pairs = zip(spans, quoted, strict=True)
    return all(
        _plain(text[start:end]) == _plain(quote)
        for (start, end, _), quote in pairs
        if isinstance(quote, str) and 0 <= start < end
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())


def in_characters(text: str, spans: Sequence[Offsets], unit: str) -> list[Offsets]:
    """Convert the offsets of spans to offsets in characters.

    Args:
        text: the text.
        spans: triples of start, end and label.
        unit: what the offsets count, a name in `UNITS`.

    Example:

    >>> in_characters("né Bo", [(4, 6, "PER")], "bytes")
    [(3, 5, 'PER')]
    """
    if unit == "characters" or text.isascii():
        return [*spans]
    _, encoding, size = UNITS[unit]
    content = text.encode(encoding, "surrogatepass")

    def converted(place: int) -> int:
        return len(content[: size * max(place, 0)].decode(encoding, "replace"))

    return [(converted(start), converted(end), label) for start, end, label in spans]
