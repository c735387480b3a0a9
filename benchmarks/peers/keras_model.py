"""The entity tagger as a Keras model on TensorFlow: by `predict`, or by a compiled call."""

import numpy as np
import tensorflow as tf
from protocol import serve
from sentences import TaggingPeer, encoder_of, longest_first

import zoo
from zoo.hub.store import resolve
from zoo.text.word_encoder import pad

BATCH_SIZE = 64
GROUP = 1024  # sentences of similar length that a call of `predict` gets


class KerasPeer(TaggingPeer):
    """A tagger with its Keras model.

    Args:
        model: name of the model.
        workers: number of threads.
        way: "predict" or "call".
    """

    distributions = ("tensorflow", "keras")

    def __init__(self, model, workers, way):
        tf.config.threading.set_intra_op_parallelism_threads(workers)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        folder = resolve(model)
        network = zoo.load(model, runtime="keras").model
        self.labels = network.options.labels
        self.encode = encoder_of(folder)
        self.model_files = [folder / "model.weights.h5", *folder.glob("*.txt")]
        self.network = network.tags_model()
        self.size, self.run = {"predict": (GROUP, self._predict), "call": (BATCH_SIZE, self._call)}[
            way
        ]
        self.compiled = tf.function(self.network, reduce_retracing=True, autograph=False)

    def tag(self, sentences):
        tags = [[]] * len(sentences)
        for batch in longest_first(sentences, self.size):
            found = self.run(pad([self.encode(sentences[index]) for index in batch]))
            for index, row in zip(batch, found.tolist(), strict=True):
                tags[index] = [self.labels[tag] for tag in row[: len(sentences[index])]]
        return tags

    def _predict(self, arrays):
        return self.network.predict(arrays, batch_size=BATCH_SIZE, verbose=0)

    def _call(self, arrays):
        return np.asarray(self.compiled({name: tf.constant(a) for name, a in arrays.items()}))


if __name__ == "__main__":
    serve(KerasPeer)
