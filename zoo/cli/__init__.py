"""The `zoo` command: a thin layer over the public API."""

import argparse
import os
import sys
from collections.abc import Sequence

import zoo
from zoo.cli import convert, data, inspect, make, measure, use
from zoo.cli.arguments import UsageError, as_options
from zoo.errors import CheckpointError, CorpusError, DistributionError, OptionError
from zoo.extras import missing_extra
from zoo.hub import CardError, ModelFileError, UnknownModelError

__all__ = ["main"]

OWN_ERRORS = (
    UsageError,
    UnknownModelError,
    ModelFileError,
    CardError,
    CorpusError,
    CheckpointError,
    DistributionError,
    OptionError,
    UnicodeDecodeError,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: list of arguments; None for those of the process.

    Returns:
        Exit code: 0 for success, 1 if a check failed, 2 for an error of this package, whose
        message is printed to stderr, 130 after Ctrl-C.

    Example:

    >>> main(["cost", "--input", "100", "--budget", "366592", "--counting", "torch"])
    169 units in both directions: 366,392 parameters (-0.05%)
    0
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # hide TensorFlow's log messages
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="backslashreplace")  # some terminals cannot show all characters
    try:
        try:
            args = parser().parse_args(argv)
            return args.run(args) or 0
        finally:
            _flush()
    except OWN_ERRORS as error:
        of_data = isinstance(error, CorpusError | OptionError)
        return _fail(as_options(str(error)) if of_data else error)
    except ModuleNotFoundError as error:
        hint = missing_extra(error)
        if not hint:
            raise
        return _fail(hint)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except BrokenPipeError:  # the reader, such as `head`, closed the pipe
        return 0
    except OSError as error:
        return _fail(as_options(str(error)))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="zoo", description=(zoo.__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", action="version", version=f"zoo {zoo.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (use, inspect, data, make, convert, measure):
        part.add_commands(commands)
    return parser


def _flush() -> None:
    """Write what stdout holds back; if it cannot be written, drop it, so that Python can end."""
    if sys.stdout is None:  # closed
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _fail(message: object, code: int = 2) -> int:
    if sys.stderr is not None:  # closed
        print(f"zoo: {message}", file=sys.stderr)
    return code
