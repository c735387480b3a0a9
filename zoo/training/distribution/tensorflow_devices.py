"""Training on several devices of this host, with TensorFlow."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from zoo.errors import DistributionError
from zoo.training.distribution.one_device import OneDevice, Part, Split


class MirroredDevices(OneDevice):
    """The GPUs of this host or, if it has none, its logical CPUs.

    Args:
        count: number of devices, None for all.

    Raises:
        DistributionError: there are fewer.
    """

    def __init__(self, count: int | None) -> None:
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        if (count or 1) > len(devices):
            kind = devices[0].device_type
            raise DistributionError(
                f"`devices` must be at most {len(devices)}, as many as TensorFlow finds of kind "
                f"{kind}; got {count}."
            )
        self.count = count or len(devices)
        self.names = [device.name for device in devices[: self.count]]

    def step(self, model: keras.Model, split: Split) -> Callable[[Any, Any], Any]:
        """Return a function that trains a model on a batch; see `OneDevice`."""
        if self.count == 1:
            return super().step(model, split)
        train = mirrored_step(model, tf.distribute.MirroredStrategy(self.names))

        def step(x: Any, y: Any) -> Any:
            parts = split(x, y, self.count)
            total = max(sum(weight for _, _, weight in parts), 1)
            parts = [(x, y, weight / total) for x, y, weight in parts]
            tensors: Any = keras.tree.map_structure(_tensor, parts)
            return train(tensors)

        return step


def mirrored_step(model: keras.Model, strategy: Any) -> Callable[[Sequence[Part]], Any]:
    """Return a function that trains a model on the parts of a batch, each on its device.

    ```
    g = sum_r w_r dL_r / dw,   w_r: share of part r in the mean of the loss
    ```

    Keras' own step differs from that of one device: it clips the gradient of each device, gives
    all parts the same share, and counts a loss of a model's own `compute_loss` once per device.
    Here the strategy computes the gradients and adds them up; the model's optimizer applies them.

    Args:
        model: a compiled Keras model, built outside of the strategy.
        strategy: a `tf.distribute.Strategy`.

    Returns:
        Function from a list of `(x, y, share)`, one per device, to the loss of the batch.
    """
    # Keras divides its own losses by the number of devices.
    own = type(model).compute_loss is keras.Model.compute_loss
    scale = strategy.num_replicas_in_sync if own else 1

    def add_up(values):
        return strategy.reduce("SUM", values, axis=None)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(parts):
        def replica():
            context = tf.distribute.get_replica_context()
            x, y, share = parts[tf.get_static_value(context.replica_id_in_sync_group)]
            with tf.GradientTape() as tape:
                y_pred = model(x, training=True)
                loss = model.compute_loss(x, y, y_pred, None, training=True) * share * scale
            return loss, tape.gradient(loss, model.trainable_variables)

        loss, gradients = strategy.run(replica)
        gradients = [None if each is None else add_up(each) for each in gradients]
        model.optimizer.apply(gradients, model.trainable_variables)
        return add_up(loss)

    return step


def _tensor(value: Any) -> Any:
    return tf.convert_to_tensor(value, "float32" if isinstance(value, float) else None)
