"""Named entities as a component of spaCy's pipelines, `zoo_ner`; needs the `spacy` extra."""

# The `dev` extra does not bring spaCy.
# pyright: reportMissingImports=false

import shutil
from collections.abc import Iterable, Iterator
from functools import cached_property
from io import BytesIO
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from zipfile import ZipFile

from zoo.extras import hint_of_missing_extra
from zoo.hub import load
from zoo.hub.store import resolve
from zoo.runtime import Entity, EntityTagger
from zoo.runtime.predictor import check_min_score

with hint_of_missing_extra():
    from spacy.language import Language
    from spacy.scorer import get_ner_prf
    from spacy.tokens import Doc, Span
    from spacy.util import minibatch

ALIGNMENT_MODES = ("strict", "contract", "expand")
SCORE = "zoo_score"

if not Span.has_extension(SCORE):
    Span.set_extension(SCORE, default=None)


class EntityComponent:
    """Sets `doc.ents` to the named entities that a model of the zoo finds.

    The model splits the text into its own words. Its entities are aligned by their offsets to
    spaCy's tokens. Entities that are in the document already stay; entities of the model that share
    a token with them, or with an earlier one, are left out. `span._.zoo_score` is the probability
    of an entity.

    Args:
        model: name of an entity tagger, or "path:DIR", as for `zoo.load`. It is loaded on first
            use.
        min_score: entities with a lower score are left out.
        alignment_mode: what happens to an entity that begins or ends inside a token: "expand" takes
            the whole token, "contract" leaves the token out, "strict" leaves the entity out.

    Raises:
        UnknownModelError: there is no bundled model of this name.
        ValueError: `min_score` or `alignment_mode` is not allowed.

    Example:

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("zoo_ner", config={"model": "bilstm-ner", "min_score": 0.5})
    >>> doc = nlp("George Washington went to Washington.")
    >>> [(ent.text, ent.label_) for ent in doc.ents]
    [('George Washington', 'PER'), ('Washington', 'LOC')]
    >>> doc.ents[0]._.zoo_score > 0.9
    True
    """

    def __init__(self, model: str, min_score: float = 0.0, alignment_mode: str = "expand") -> None:
        if not model.startswith("path:"):  # a folder may yet be replaced by `from_disk`
            resolve(model)
        check_min_score(min_score)
        if alignment_mode not in ALIGNMENT_MODES:
            modes = ", ".join(map(repr, ALIGNMENT_MODES))
            raise ValueError(f"`alignment_mode` must be one of {modes}; got {alignment_mode!r}.")
        self.model = model
        self.min_score = min_score
        self.alignment_mode = alignment_mode
        self._folder: TemporaryDirectory[str] | None = None

    @cached_property
    def tagger(self) -> EntityTagger:
        """The predictor of the model.

        Raises:
            ModelFileError: a file of the model is missing or changed.
            ValueError: the model is not an entity tagger.
        """
        tagger = load(self.model)
        if not isinstance(tagger, EntityTagger):
            raise ValueError(f"`model` must be an entity tagger; {self.model!r} is {tagger!r:.60}.")
        return tagger

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the entities; none while the folder of the model is missing."""
        folder = Path(self.model.removeprefix("path:"))
        if self.model.startswith("path:") and not folder.exists():
            return ()  # spaCy asks for the labels before `from_disk`
        return self.tagger.labels

    def __call__(self, doc: Doc) -> Doc:
        """Set the entities of a document."""
        return self._annotate(doc, self.tagger(doc.text, self.min_score))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Yield documents with their entities, in order; the model reads them in batches."""
        for docs in minibatch(stream, batch_size):
            texts = [doc.text for doc in docs]
            for doc, entities in zip(docs, self.tagger(texts, self.min_score), strict=True):
                yield self._annotate(doc, entities)

    def score(self, examples: Iterable[Any], **kwargs: Any) -> dict[str, Any]:
        """Return precision, recall and F1 of entities, for `nlp.evaluate`."""
        return get_ner_prf(examples)

    def to_disk(self, path: str | PathLike[str], *, exclude: Iterable[str] = ()) -> None:
        """Write the model as a model folder."""
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            fresh = self.tagger.save(Path(folder, "model"))
            if path.exists():
                shutil.rmtree(path)  # possibly the folder that was just copied
            fresh.rename(path)

    def from_disk(self, path: str | PathLike[str], *, exclude: Iterable[str] = ()) -> Self:
        """Load the model of a folder that `to_disk` wrote."""
        self.model = f"path:{path}"
        vars(self).pop("tagger", None)
        _ = self.tagger
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the files of the model, as a zip archive."""
        content = BytesIO()
        with TemporaryDirectory() as folder, ZipFile(content, "w") as archive:
            root = self.tagger.save(Path(folder, "model"))
            for path in sorted(root.rglob("*")):
                archive.write(path, path.relative_to(root))
        return content.getvalue()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:
        """Load the model that `to_bytes` wrote."""
        folder = TemporaryDirectory()
        with ZipFile(BytesIO(data)) as archive:
            archive.extractall(folder.name)  # never outside of the folder
        self.from_disk(folder.name)
        self._folder = folder  # it is removed together with the component
        return self

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in vars(self).items() if name != "tagger"}
        return {**state, "_folder": self._folder and self.to_bytes()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update({**state, "_folder": None})
        if state["_folder"]:
            self.from_bytes(state["_folder"])

    def _annotate(self, doc: Doc, entities: Iterable[Entity]) -> Doc:
        spans = list(doc.ents)
        taken = {token.i for span in spans for token in span}
        for entity in entities:
            span = doc.char_span(
                entity.start, entity.end, entity.label, alignment_mode=self.alignment_mode
            )
            if span is not None and taken.isdisjoint(range(span.start, span.end)):
                taken.update(range(span.start, span.end))
                span._.set(SCORE, entity.score)
                spans.append(span)
        doc.set_ents(spans)
        return doc


@Language.factory(
    "zoo_ner",
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    default_config={"model": "bilstm-ner", "min_score": 0.0, "alignment_mode": "expand"},
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_zoo_ner(
    nlp: Language, name: str, model: str, min_score: float, alignment_mode: str
) -> EntityComponent:
    """Return the component `zoo_ner` of a pipeline; spaCy calls it in `nlp.add_pipe`.

    Args:
        nlp: the pipeline.
        name: name of the component in the pipeline.
        model, min_score, alignment_mode: as in `EntityComponent`.
    """
    return EntityComponent(model, min_score, alignment_mode)
