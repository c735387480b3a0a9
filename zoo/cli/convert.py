"""The command for models of any origin: `.keras` in, `.tflite` out."""

import json
from pathlib import Path

from zoo.cli.arguments import Commands, UsageError, add_command
from zoo.printing import fact_lines
from zoo.recipes.checks import whole_number

HELP = (
    "convert a .keras file to TFLite without Flex; the file is compared with the model before it "
    "is written"
)


def add_commands(commands: Commands) -> None:
    """Add the command to those of a parser."""
    sub = add_command(commands, "convert", _convert, HELP)
    sub.add_argument("model", help="a file that model.save('my.keras') wrote")
    sub.add_argument("output", help="the .tflite file to write")
    loops = "while: loops, for any length (default); unrolled: no loops, for a fixed length"
    sub.add_argument("--variant", choices=("while", "unrolled"), default="while", help=loops)
    weights = "weights in 32 bits (default), 16 bits or 8 bits"
    kinds = ("float32", "float16", "dynamic")
    sub.add_argument("--quantization", choices=kinds, default="float32", help=weights)
    steps = "fix the number of steps that the model leaves open"
    sub.add_argument("--length", type=whole_number, help=steps)
    samples = "inputs to compare with: an .npz file of arrays by input name, examples first"
    sub.add_argument("--samples", metavar="FILE", help=samples)


def _convert(args):
    from zoo.hub.keras_file import check_keras_file

    check_keras_file(args.model)  # before TensorFlow is loaded
    samples = args.samples and _samples(args.samples)
    from zoo.export import ExportError, convert

    options = {name: getattr(args, name) for name in ("variant", "quantization", "length")}
    try:
        report = convert(args.model, args.output, samples=samples, **options)
    except (ExportError, ValueError) as error:
        raise UsageError(error) from error
    print(json.dumps(report.to_dict(), indent=2) if args.json else fact_lines(report.facts()))


def _samples(path):
    """Return the examples of an `.npz` file, dicts of arrays."""
    import numpy as np

    try:
        with np.load(Path(path)) as arrays:
            found = dict(arrays)
    except (ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"--samples must be an .npz file; got {path!r}") from error
    counts = {len(array) if array.ndim else 0 for array in found.values()}
    if len(counts) != 1 or counts == {0}:
        raise UsageError(
            f"--samples must hold arrays of one number of examples, at least one; got {path!r}"
        )
    return [{name: array[i] for name, array in found.items()} for i in range(counts.pop())]
