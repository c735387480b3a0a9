"""Questions about all places of a row at once: what stands next, where a run ends, what follows."""

import tensorflow as tf

LONGEST_NAME = 9  # characters that count: more than any word has that is asked for


def ahead(values, places=1):
    """Return what stands `places` further on; what is shifted in at the end means nothing."""
    return tf.roll(values, -places, 0)


def places_of(mask):
    """Return the places of a mask (N,) where it is true, (M,) int32."""
    return tf.reshape(tf.cast(tf.where(mask), tf.int32), [-1])


def how_many(limits, values):
    """Return how many of sorted limits (M,) are not above each of the values (N,), (N,) int32.

    Example:

    >>> how_many(tf.constant([2, 5]), tf.constant([1, 2, 9])).numpy()
    array([0, 1, 2], dtype=int32)
    """
    limits, values = tf.expand_dims(limits, 0), tf.expand_dims(values, 0)
    return tf.squeeze(tf.raw_ops.UpperBound(sorted_inputs=limits, values=values), 0)


def run_end(mask):
    """Return the first place, from each place on, that is not in the mask, (N,) int32.

    Example:

    >>> run_end(tf.constant([True, True, False, True, False])).numpy()
    array([2, 2, 2, 4, 4], dtype=int32)
    """
    return tf.gather(places_of(~mask), tf.cumsum(tf.cast(~mask, tf.int32), exclusive=True))


def last_before(mask):
    """Return the last place before each place that is in the mask, (N,) int32; 0 if none is.

    Example:

    >>> last_before(tf.constant([False, True, False, True])).numpy()
    array([0, 0, 1, 1], dtype=int32)
    """
    places = tf.concat([[0], places_of(mask)], 0)
    return tf.gather(places, tf.cumsum(tf.cast(mask, tf.int32), exclusive=True))


def follow(steps):
    """Return where each place comes to that goes on along `steps`, (N,), until it stays."""
    return tf.while_loop(
        lambda steps: tf.reduce_any(tf.gather(steps, steps) != steps),
        lambda steps: [tf.gather(steps, steps)],
        [steps],
    )[0]


def reached(first, steps):
    """Return the mask of all places that `steps` lead to from those where `first` is 1, (N,)."""

    def double(mask, steps):
        further = tf.math.unsorted_segment_max(mask, steps, tf.size(mask))
        return tf.maximum(mask, further), tf.gather(steps, steps)

    return (
        tf.while_loop(
            lambda _, steps: tf.reduce_any(tf.gather(steps, steps) != steps),
            double,
            double(first, steps),
        )[0]
        > 0
    )


def names(codes, run):
    """Return a number for each place and the run of ASCII there, (N,) int64, as `name_of` does.

    Args:
        codes: (N,) int32, code points.
        run: (N,) int32, where the run ends.
    """
    places = tf.range(tf.size(run))[:, None] + tf.range(LONGEST_NAME)
    read = tf.gather(codes, tf.minimum(places, tf.size(run) - 1))
    read = tf.cast(tf.where(places < run[:, None], read, 0), tf.int64)
    return tf.reduce_sum(read * [1 << (7 * k) for k in range(LONGEST_NAME)], axis=1)


def name_of(word):
    """Return the number of a word of ASCII, of which the first nine characters count.

    Example:

    >>> name_of("No") == ord("N") + 128 * ord("o")
    True
    """
    return sum(ord(c) << (7 * k) for k, c in enumerate(word[:LONGEST_NAME]))


def one_of(numbers, words):
    """Return the mask of the numbers that are those of a list of words."""
    known = tf.constant(sorted(map(name_of, words)), tf.int64)
    return tf.gather(known, tf.maximum(how_many(known, numbers) - 1, 0)) == numbers
