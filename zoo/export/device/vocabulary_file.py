"""A vocabulary as one file that an app maps into memory and searches there."""

from itertools import accumulate

import numpy as np

from zoo.text import Vocabulary

MAGIC = b"VOC1"


def pack_vocabulary(vocabulary: Vocabulary) -> bytes:
    """Return a vocabulary as bytes: its entries sorted by their UTF-8, with offsets and ids.

    Args:
        vocabulary: the vocabulary; padding and unknown, ids 0 and 1, are left out.

    Returns:
        `VOC1`, N, N + 1 offsets into the text, N ids, the text; numbers are unsigned, 32 bits,
        little-endian.

    Example:

    >>> packed = pack_vocabulary(Vocabulary(["[PAD]", "[UNK]", "the", "é", "a"]))
    >>> packed[:4], np.frombuffer(packed, "<u4", count=8, offset=4).tolist(), packed[36:].decode()
    (b'VOC1', [3, 0, 1, 4, 6, 4, 2, 3], 'atheé')
    """
    entries = sorted((token.encode(), i) for i, token in enumerate(vocabulary.tokens) if i > 1)
    words, ids = [word for word, _ in entries], [i for _, i in entries]
    offsets = accumulate(map(len, words), initial=0)
    numbers = np.array([len(words), *offsets, *ids], "<u4")
    return MAGIC + numbers.tobytes() + b"".join(words)
