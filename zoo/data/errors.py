"""What is wrong with a file, and where."""


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


def check_conditions(path, before, now):
    """Refuse a file that was made under other conditions than those of now.

    Args:
        path: the file.
        before: dict of plain values by name, those under which it was made.
        now: the same.

    Raises:
        ValueError: with the names of what differs.

    Example:

    >>> check_conditions("runs/a.npz", {"seed": 0, "rate": 0.1}, {"seed": 0, "rate": 0.2})
    Traceback (most recent call last):
    ...
    ValueError: runs/a.npz is of a run with other rate. Give another folder, or delete it ...
    """
    changed = sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
    if changed:
        raise ValueError(
            f"{path} is of a run with other {', '.join(changed)}. Give another folder, or delete "
            "it to start anew."
        )
