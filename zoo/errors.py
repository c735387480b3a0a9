"""Errors that several packages raise, or that the command line catches; imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

PLACES = 10  # faulty places that a message lists


class CausalUseError(ValueError):
    """Raised for uses of a bidirectional model that require a causal one, such as generation."""


def refuse_causal_arguments(name: str, arguments: dict[str, Any]) -> None:
    """Remove `causal` and `stateful` from a layer's keyword arguments; they must not be set.

    Args:
        name: name of the layer, for the message.
        arguments: dict of keyword arguments; changed in place.

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
    """Raise `CausalUseError`.

    Args:
        what: the refused call or argument, for the message.

    Raises:
        CausalUseError: always.

    Example:

    >>> refuse_causal_use("BiLSTM(causal=True)")
    Traceback (most recent call last):
    ...
    zoo.errors.CausalUseError: BiLSTM(causal=True): a bidirectional model cannot be causal...
    """
    raise CausalUseError(
        f"{what}: a bidirectional model cannot be causal. Its output at position t depends on the "
        "tokens after t. Trained to predict the next token, it copies that token from its input. "
        "In a stream, the tokens that its backward direction needs do not exist yet. Use a "
        'unidirectional model (direction="forward") to generate or to label token by token, and a '
        "bidirectional one if the whole sequence is available: tagging, classification, encoding."
    )


class CorpusError(ValueError):
    """Invalid data; the message has a line `PATH:LINE: REASON` for each of the first ten places.

    Args:
        path: the file.
        line: number of the line, from 1; None for the file as a whole.
        reason: what is wrong, and what was expected.
        others: errors at further places.
        unlisted: number of still further places, of which nothing is known but their number.

    Example:

    >>> print(CorpusError("my.conll", 3, "no tag.", [CorpusError("my.conll", 8, "no word.")]))
    my.conll:3: no tag.
    my.conll:8: no word.
    """

    def __init__(
        self,
        path: str | PathLike[str] | None,
        line: int | None,
        reason: str,
        others: Sequence[CorpusError] = (),
        unlisted: int = 0,
    ) -> None:
        super().__init__(path, line, reason, others, unlisted)
        self.path, self.line, self.reason = path, line, reason
        self.others, self.unlisted = others, unlisted

    def lines(self) -> list[str]:
        """Return the lines of the message: the first places, and how many there are in all."""
        places = [self, *self.others]
        lines = [
            f"{each.path}{f':{each.line}' if each.line is not None else ''}: {each.reason}"
            for each in places[:PLACES]
        ]
        count = len(places) + self.unlisted
        return lines + ([f"{count:,} faulty places in all."] if count > PLACES else [])

    def __str__(self) -> str:
        return "\n".join(self.lines())


class OptionError(ValueError):
    """A reader does not have an option, or not this value of it."""


class CheckpointError(ValueError):
    """A run cannot resume from a file of an earlier run."""


class DistributionError(ValueError):
    """Devices or hosts are missing, or cannot be used together."""


def check_conditions(
    path: str | PathLike[str], before: dict[str, Any], now: dict[str, Any]
) -> None:
    """Raise an error if a file was written under other conditions than the current ones.

    Args:
        path: the file.
        before: the conditions under which it was written, a dict of plain values.
        now: the current conditions.

    Raises:
        CheckpointError: a condition differs; the message names all that do.

    Example:

    >>> check_conditions("runs/a.npz", {"seed": 0, "rate": 0.1}, {"seed": 0, "rate": 0.2})
    Traceback (most recent call last):
    ...
    zoo.errors.CheckpointError: runs/a.npz belongs to a run that differs in rate. Pass ...
    """
    changed = sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
    if changed:
        raise CheckpointError(
            f"{path} belongs to a run that differs in {', '.join(changed)}. Pass another "
            "folder, or delete it to start again."
        )
