"""Errors that several rooms share, or the command line catches; imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from os import PathLike


class CausalUseError(ValueError):
    """Raised where someone would use a bidirectional model to predict what comes next."""


def refuse_causal_arguments(name: str, arguments: dict[str, Any]) -> None:
    """Take `causal` and `stateful` out of a layer's keyword arguments; refuse those that are set.

    Args:
        name: of the layer, for the message.
        arguments: dict of keyword arguments.

    Raises:
        CausalUseError: one of the two is set.

    Example:

    >>> arguments = {"causal": False, "name": "x"}
    >>> refuse_causal_arguments("BiLSTM", arguments)
    >>> arguments
    {'name': 'x'}
    """
    for use in ("causal", "stateful"):
        if arguments.pop(use, False):
            refuse_causal_use(f"{name}({use}=True)")


def refuse_causal_use(what: str) -> NoReturn:
    """Raise `CausalUseError` for the use named by `what`.

    Args:
        what: the call or argument that was refused, for the message.

    Raises:
        CausalUseError: always.

    Example:

    >>> refuse_causal_use("BiLSTM(causal=True)")
    Traceback (most recent call last):
    ...
    zoo.errors.CausalUseError: BiLSTM(causal=True): a bidirectional model cannot be causal...
    """
    raise CausalUseError(
        f"{what}: a bidirectional model cannot be causal. Its output at position t was computed "
        "from the tokens after t too: trained to predict the next token it reads the answer off "
        "its own input, and in a stream the tokens that its backward half needs do not exist yet. "
        'Use a one-way model (direction="forward") to generate or to answer token by token, and '
        "a bidirectional one where the whole sequence is there: tagging, classification, encoding."
    )


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

    def __init__(self, path: str | PathLike[str] | None, line: int | None, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if line is None else f"{path}:{line}: {reason}")
        self.path = path
        self.line = line


class CheckpointError(ValueError):
    """A file of an earlier run that this one cannot go on from."""


class DistributionError(ValueError):
    """Devices or hosts that are not there, or that cannot be trained on together."""


def check_conditions(
    path: str | PathLike[str], before: dict[str, Any], now: dict[str, Any]
) -> None:
    """Refuse a file that was made under other conditions than those of now.

    Args:
        path: the file.
        before: dict of plain values by name, those under which it was made.
        now: the same.

    Raises:
        CheckpointError: with the names of what differs.

    Example:

    >>> check_conditions("runs/a.npz", {"seed": 0, "rate": 0.1}, {"seed": 0, "rate": 0.2})
    Traceback (most recent call last):
    ...
    zoo.errors.CheckpointError: runs/a.npz is of a run with other rate. Give another ...
    """
    changed = sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
    if changed:
        raise CheckpointError(
            f"{path} is of a run with other {', '.join(changed)}. Give another folder, or delete "
            "it to start anew."
        )
