"""A linear CRF on words and their spelling, by sklearn-crfsuite: a peer without a network.

    python benchmarks/peers/crfsuite_linear.py TRAIN.json MODEL.crfsuite

trains it, on a list of pairs of words and tags, in the environment of the peer.
"""

import json
import re
import sys
from pathlib import Path

import sklearn_crfsuite
from protocol import serve
from sentences import TaggingPeer

ITERATIONS = 60


class CrfsuitePeer(TaggingPeer):
    """The tagger, in one thread.

    Args:
        model: the file that training wrote.
    """

    distributions = ("sklearn-crfsuite",)

    def __init__(self, model):
        self.model_files = (Path(model),)
        self.crf = sklearn_crfsuite.CRF(model_filename=model)

    def tag(self, sentences):
        return [self.crf.predict_single(features(words)) for words in sentences]


def features(words):
    """Return the features of each word: its own, and those of its neighbours."""
    own = [_own(word) for word in words]
    found = []
    for place, mine in enumerate(own):
        all_of = {"bias": 1.0, **{f"0:{name}": value for name, value in mine.items()}}
        for offset in (-2, -1, 1, 2):
            near = place + offset
            if 0 <= near < len(own):
                for name in ("lower", "shape"):
                    all_of[f"{offset}:{name}"] = own[near][name]
            else:
                all_of[f"{offset}:none"] = 1.0
        found.append(all_of)
    return found


def _own(word):
    shape = re.sub("[0-9]+", "0", re.sub("[a-z]+", "x", re.sub("[A-Z]+", "X", word)))
    edges = {f"first {n}": word[:n] for n in (2, 3)} | {f"last {n}": word[-n:] for n in (2, 3, 4)}
    return {"lower": word.lower(), "word": word, "shape": shape, **edges}


def train(corpus, model):
    pairs = json.loads(Path(corpus).read_text(encoding="utf-8"))
    crf = sklearn_crfsuite.CRF(c1=0.1, c2=0.01, max_iterations=ITERATIONS, model_filename=model)
    crf.fit([features(words) for words, _ in pairs], [tags for _, tags in pairs])


if __name__ == "__main__":
    if sys.argv[1].startswith("{"):
        serve(CrfsuitePeer)
    else:
        train(*sys.argv[1:])
