"""What is wrong with a file of data, and where."""


class CorpusError(ValueError):
    """A file that cannot be read as what it should be: `PATH:LINE: what is wrong`.

    Args:
        path: the file.
        line: number of the line, from 1; None where it is the file as a whole.
        reason: what is wrong there and what would be right.

    Example:

    >>> print(CorpusError("my.conll", 3, "no tag."))
    my.conll:3: no tag.
    """

    def __init__(self, path, line, reason):
        super().__init__(f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
