"""The command `cost`: parameters and FLOPs of recurrent layers."""

import argparse
import json

from zoo import cost
from zoo.cli.arguments import Commands, UsageError, add_command
from zoo.printing import table_lines
from zoo.recipes.checks import whole_number

HEADINGS = {  # so that the table fits a terminal
    "input_size": "input",
    "bidirectional": "both ways",
    "keras_parameters": "Keras params",
    "torch_parameters": "torch params",
    "flops_per_token": "FLOPs/token",
    "article_is_right": "right",
}


def add_commands(commands: Commands) -> None:
    """Add the command to a parser."""
    sub = add_command(
        commands, "cost", _cost, "count the parameters and FLOPs per token of recurrent layers"
    )
    sub.add_argument("--cell", choices=cost.CELLS, default="lstm", help="(default %(default)s)")
    sub.add_argument(
        "--input", type=whole_number, default=100, help="size of the input (default %(default)s)"
    )
    sub.add_argument("--units", type=whole_number, help="units of each direction")
    sub.add_argument(
        "--layers", type=whole_number, default=1, help="number of layers (default %(default)s)"
    )
    sub.add_argument(
        "--budget", type=whole_number, help="find the units with this number of parameters"
    )
    sub.add_argument(
        "--counting",
        choices=cost.COUNTINGS,
        default="keras",
        help="whose biases to count for --budget (default %(default)s)",
    )
    sub.add_argument("--article", action="store_true", help="check the table of the article")


def _cost(args: argparse.Namespace) -> None:
    spec = {"cell": args.cell, "input_size": args.input, "layers": args.layers}
    rows, match = [], None
    if args.article:
        rows = cost.article_table()
    elif args.units:
        directions = ({"units": args.units, "bidirectional": both} for both in (False, True))
        rows = cost.cost_table({**spec, **each} for each in directions)
    elif args.budget is None:
        raise UsageError("cost needs --units, --budget or --article")
    if args.budget is not None:
        try:
            match = cost.units_for_budget(**spec, budget=args.budget, counting=args.counting)
        except ValueError as error:
            raise UsageError(error) from error
    if args.json:
        print(json.dumps({"rows": rows, "budget": match and match._asdict()}, indent=2))
        return
    if rows:
        shown = [{HEADINGS.get(name, name): row[name] for name in row} for row in rows]
        print(table_lines(shown))
    if match:
        print(
            f"{match.units} units in both directions: {match.parameters:,} parameters "
            f"({match.deviation:+.2%})"
        )
