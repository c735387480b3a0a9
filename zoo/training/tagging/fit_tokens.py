"""Training of a token tagger."""

import keras

from zoo.layers.guards import check_positive_int

WARMUP = 0.3  # of all steps


def fit_tagger(
    model,
    train,
    dev,
    *,
    epochs,
    steps_per_epoch=None,
    batch_size=64,
    learning_rate=1e-2,
    log_dir=None,
    callbacks=(),
    verbose=2,
):
    """Train a tagger with Adam: the rate rises linearly, then falls to zero along a cosine.

    Padding does not count, neither in the loss nor in the accuracy.

    Args:
        model: from ids (B, T), padded with 0, to logits (B, T, K).
        train: pair of arrays `(ids, labels)`, (N, T) integers each.
        dev: the same, measured after every epoch; or None.
        epochs: how often dev is measured.
        steps_per_epoch: how many batches lie between two measurements, or None for as many as
            there are. With fewer, an epoch goes on where the one before stopped.
        batch_size: B.
        learning_rate: the highest rate, reached after `WARMUP` of all steps.
        log_dir: where TensorBoard's logs go, or None for none.
        callbacks: list of `keras.callbacks.Callback`, such as
            `zoo.callbacks.monitor.TrainingWatch`.
        verbose: 0 silent, 1 a progress bar, 2 a line an epoch; as in `keras.Model.fit`.

    Returns:
        Dict of lists with one number an epoch: `loss`, `accuracy`, `val_loss`, `val_accuracy`.

    Example:

    >>> import numpy as np
    >>> from zoo.models import build
    >>> encoder = {"vocabulary_size": 4, "embedding_dim": 2, "units": 2}
    >>> model = build("token-tagging", {"encoder": encoder, "num_labels": 2})
    >>> ids = np.array([[1, 2], [3, 0]])
    >>> history = fit_tagger(model, (ids, ids > 1), None, epochs=3, verbose=0)
    >>> len(history["loss"])
    3
    """
    check_positive_int("epochs", epochs)
    check_positive_int("batch_size", batch_size)
    ids, labels = train
    steps = epochs * (steps_per_epoch or -(-len(ids) // batch_size))
    warmup = int(WARMUP * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - warmup, warmup_target=learning_rate, warmup_steps=warmup
    )
    model.compile(
        optimizer=keras.optimizers.Adam(rate, clipnorm=1.0),
        # The mean over tokens, not over positions with their padding.
        loss=keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        ),
        weighted_metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    boards = [keras.callbacks.TensorBoard(log_dir)] if log_dir else []
    history = model.fit(
        ids,
        labels,
        sample_weight=_weights(ids),
        validation_data=None if dev is None else (*dev, _weights(dev[0])),
        batch_size=batch_size,
        validation_batch_size=1000,
        epochs=epochs,
        steps_per_epoch=steps_per_epoch,
        callbacks=[*boards, *callbacks],
        verbose=verbose,
    )
    return {name: [float(value) for value in values] for name, values in history.history.items()}


def _weights(ids):
    return (ids != 0).astype("float32")
