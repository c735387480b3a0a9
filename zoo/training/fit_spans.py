"""Training of a word tagger on spans: checkpoints, averaged weights, the best epoch on dev."""

import json
import os
import sys
import time
import zipfile
from pathlib import Path

import keras
import numpy as np

from zoo.text.tags import tags_to_spans
from zoo.training.spans import span_scores

AVERAGING = 0.8  # share of the epochs before in the averaged weights of an epoch


def predict_spans(model, batches, labels):
    """Return the spans that a model finds in each sentence.

    Args:
        model: from a batch's inputs to tag ids (B, T): `WordTagger.tags_model()`.
        batches: `zoo.data.tagging.TaggingBatches` without a seed.
        labels: the labels, in the order of their ids.

    Returns:
        List of lists of `zoo.text.Span`, in the order of `batches.sentences`.
    """
    spans = [None] * len(batches.sentences)
    for number, chosen in enumerate(batches.batches):
        tags = np.asarray(model.predict_on_batch(batches[number][0]))
        for index, row in zip(chosen, tags, strict=True):
            length = len(batches.sentences[index][0])
            spans[index] = tags_to_spans([labels[tag] for tag in row[:length]])
    return spans


def fit_spans(
    model,
    train,
    dev,
    labels,
    folder,
    *,
    epochs,
    rate,
    patience=10,
    conditions=None,
    report=print,
    log_dir=None,
):
    """Train with SGD until dev no longer gets better, and keep the best averaged weights.

    The rate of epoch e is `rate(e)`. Each epoch ends with a checkpoint; the same call on the same
    folder goes on after the last one, with the same result as if it had never stopped. What is
    measured on dev, and kept, is the average of the epochs' weights,
    `a_e = AVERAGING a_(e-1) + (1 - AVERAGING) w_e`.

    Args:
        model: a compiled `zoo.models.WordTagger`.
        train: function from an epoch's number to its `zoo.data.tagging.TaggingBatches`.
        dev: `TaggingBatches` without a seed.
        labels: the labels, in the order of their ids.
        folder: of the checkpoint, `best.weights.h5` and `history.json`.
        epochs: how many at most.
        rate: function from an epoch's number to the learning rate.
        patience: how many epochs without a better one end the training.
        conditions: dict of what else makes the run what it is (seed, data, ...), plain values; a
            run is continued only under the conditions that it began with.
        report: called with one line an epoch.
        log_dir: where TensorBoard's logs go, or None for none.

    Returns:
        List of dicts, one an epoch; the model has the best weights.

    Raises:
        ValueError: the folder holds a checkpoint of another run, or a broken one.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    gold = [tags_to_spans(tags) for _, tags in dev.sentences]
    tags_model = model.tags_model()
    conditions = {**(conditions or {}), "labels": labels, "model": model.get_config()}
    state = _Checkpoint(folder, model, conditions)
    history = state.history
    while len(history) < epochs and _still_rising(history, patience):
        epoch, start = len(history), time.perf_counter()
        model.optimizer.learning_rate = rate(epoch)
        batches = train(epoch)
        loss = _train(model, batches)
        seconds = time.perf_counter() - start
        last = state.average()
        f1 = span_scores(gold, predict_spans(tags_model, dev, labels)).micro.f1
        better = f1 > max((each["dev_f1"] for each in history), default=-1)
        if better:
            model.save_weights(folder / "best.weights.h5")
        model.set_weights(last)
        tokens = sum(len(words) for words, _ in batches.sentences)
        history.append(
            {
                "epoch": epoch,
                "loss": float(loss),
                "dev_f1": f1,
                "seconds": round(seconds, 1),
                "tokens_per_second": round(tokens / seconds),
            }
        )
        state.save()
        if log_dir is not None:
            _log(history[-1], rate(epoch), log_dir)
        report(_line(history[-1], better))
    model.load_weights(folder / "best.weights.h5")
    return history


def _train(model, batches):
    """Train on each batch once; return the mean loss.

    Batch by batch, since `fit` fixes a width that the first few batches happen to share.
    """
    bar = keras.utils.Progbar(len(batches), verbose=int(sys.stdout.isatty()))
    losses = []
    for number in range(len(batches)):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(*batches[number])))
        bar.update(number + 1, [("loss", losses[-1])])
    return np.mean(losses)


class _Checkpoint:
    """What a run needs to go on: weights, optimizer, averaged weights, history."""

    def __init__(self, folder, model, conditions):
        self.path, self.model = folder / "checkpoint.npz", model
        self.history, self.averaged = [], None
        model.optimizer.build(model.trainable_variables)
        kept = {id(layer.embeddings) for layer in model.layers if layer.name == "spare_vectors"}
        self.variables = [v for v in model.variables if id(v) not in kept]
        self.variables += model.optimizer.variables
        self.conditions = json.loads(json.dumps(conditions, default=str))
        if self.path.is_file():
            self._restore()

    def _restore(self):
        try:
            with np.load(self.path, allow_pickle=False) as file:
                arrays = dict(file)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(
                f"{self.path}: cannot be read as a checkpoint: {error}. Delete it to start anew."
            ) from error
        before = json.loads(str(arrays["conditions"]))
        names = {*before, *self.conditions}
        changed = sorted(n for n in names if before.get(n) != self.conditions.get(n))
        if changed:
            raise ValueError(
                f"{self.path} is of a run with other {', '.join(changed)}. Give another folder, or "
                "delete it to start anew."
            )
        for index, variable in enumerate(self.variables):
            variable.assign(arrays[f"variable_{index}"])
        count = len(self.model.get_weights())
        self.averaged = [arrays[f"averaged_{index}"] for index in range(count)]
        self.history = json.loads(str(arrays["history"]))

    def average(self):
        """Put the averaged weights into the model; return those that it had."""
        last = self.model.get_weights()
        if self.averaged is None:
            self.averaged = last
        pairs = zip(self.averaged, last, strict=True)
        self.averaged = [AVERAGING * a + (1 - AVERAGING) * w for a, w in pairs]
        self.model.set_weights(self.averaged)
        return last

    def save(self):
        arrays = {f"variable_{i}": np.asarray(v) for i, v in enumerate(self.variables)}
        arrays |= {f"averaged_{i}": a for i, a in enumerate(self.averaged)}
        # Written beside and moved into place: a kill leaves the last whole one.
        fresh = self.path.with_suffix(".fresh.npz")
        notes = {"history": self.history, "conditions": self.conditions}
        np.savez(fresh, **{name: json.dumps(note) for name, note in notes.items()}, **arrays)
        os.replace(fresh, self.path)
        (self.path.parent / "history.json").write_text(json.dumps(self.history, indent=1) + "\n")


def _still_rising(history, patience):
    scores = [each["dev_f1"] for each in history]
    return not scores or len(scores) - 1 - int(np.argmax(scores)) < patience


def _log(row, rate, log_dir):
    """Write an epoch's numbers for TensorBoard; one file an epoch, so that a kill loses none."""
    from tensorboard.summary import Writer

    writer = Writer(str(log_dir))
    for tag, value in {
        "loss/train": row["loss"],
        "span F1/dev": row["dev_f1"],
        "words a second/train": row["tokens_per_second"],
        "learning rate": rate,
    }.items():
        writer.add_scalar(tag, value, step=row["epoch"])
    writer.close()


def _line(row, better):
    return (
        f"epoch {row['epoch'] + 1:3}  loss {row['loss']:.4f}  dev F1 {100 * row['dev_f1']:.2f}"
        f"{' *' if better else '  '}  {row['seconds']:.0f} s  {row['tokens_per_second']:,} words/s"
    )
