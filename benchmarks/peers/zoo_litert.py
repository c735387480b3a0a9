"""The zoo's own models on LiteRT, by the public functions alone."""

from protocol import Peer, serve

import zoo
from zoo.hub.store import resolve

NOT_READ = ("model.weights.h5", "saved_model")  # files for other runtimes


class ZooPeer(Peer):
    """A model of the zoo on LiteRT.

    Args:
        model: name of the model.
        workers: number of threads for a list of texts.
    """

    distributions = ("ai-edge-litert", "numpy")

    def __init__(self, model, workers):
        self.answer_all = self.answer = self.predictor = zoo.load(model)
        if hasattr(self.predictor, "threads"):
            self.predictor.threads = workers
        elif workers > 1:
            raise SystemExit(f"{model} answers in one thread")
        self.model_files = [p for p in resolve(model).iterdir() if p.name not in NOT_READ]

    def plain(self, answer):
        if isinstance(answer, list):
            return [[each.start, each.end, each.label] for each in answer]
        return answer.label


if __name__ == "__main__":
    serve(ZooPeer)
