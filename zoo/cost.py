"""What recurrent layers cost: parameters, FLOPs a token, and units that match a budget.

Gates G: LSTM 4, GRU 3, SimpleRNN 1. For F inputs, U units and b biases a gate, one direction has

```
parameters = G (F U + U U + b U)
```

with b = 2 in torch; in Keras b = 1, but 2 for the GRU (`reset_after=True`, its default).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """What the counts need to know of a cell; `pointwise` is FLOPs a unit besides the matmuls."""

    gates: int
    keras_biases: int
    pointwise: int


# Pointwise work, an activation counted as one FLOP:
# LSTM       3 sigmoid, 2 tanh; f*c, i*g, their sum, o*tanh(c)
# GRU        2 sigmoid, 1 tanh; r*(h R), + x W; z*h, 1-z, (1-z)*n, their sum
# SimpleRNN  1 tanh
CELLS = {
    "lstm": Cell(gates=4, keras_biases=1, pointwise=9),
    "gru": Cell(gates=3, keras_biases=2, pointwise=9),
    "simple_rnn": Cell(gates=1, keras_biases=1, pointwise=1),
}
COUNTINGS = ("keras", "torch")

# Merge mode -> (output width in units, FLOPs a unit); "projection" has its own width and weights.
MERGES = {"concat": (2, 0), "sum": (1, 1), "ave": (1, 2), "mul": (1, 1), "max": (1, 1)}


def parameters(
    cell: str,
    input_size: int,
    units: int,
    layers: int = 1,
    bidirectional: bool = True,
    counting: str = "keras",
    merge: str = "concat",
    projection_units: int | None = None,
) -> int:
    """Count the parameters of a stack of recurrent layers.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        input_size: F, width of the input.
        units: U, units of each direction.
        layers: number of layers; each reads the merged output of the one below.
        bidirectional: whether each layer runs in both directions.
        counting: "keras" or "torch", which has two biases a gate in every cell.
        merge: how a layer joins its directions: "concat", "sum", "ave", "mul", "max" or
            "projection" (a learned matrix and bias from 2U to `projection_units`).
        projection_units: output width of "projection".

    Returns:
        The number of parameters.

    Raises:
        ValueError: naming the argument that is not one of the above or not positive.

    Example:

    >>> parameters("lstm", 100, 256, bidirectional=False, counting="torch")
    366592
    >>> parameters("lstm", 100, 128, counting="torch")
    235520
    """
    kind, projected = _check_spec(cell, input_size, units, layers, merge, projection_units)
    _check_choice("counting", counting, COUNTINGS)
    biases = 2 if counting == "torch" else kind.keras_biases
    total = 0
    for width in _input_widths(input_size, units, layers, bidirectional, merge, projected):
        direction = kind.gates * units * (width + units + biases)
        total += direction * (2 if bidirectional else 1)
    if bidirectional and merge == "projection":
        total += layers * (2 * units + 1) * projected
    return total


def flops_per_token(
    cell: str,
    input_size: int,
    units: int,
    layers: int = 1,
    bidirectional: bool = True,
    merge: str = "concat",
    projection_units: int | None = None,
) -> int:
    """Count the FLOPs of one time step of a stack of recurrent layers, at inference.

    ```
    one direction = 2 G U (F + U) + U pointwise
    ```

    A multiply-add is 2 FLOPs; adding a bias is the first addition of its sum and costs nothing
    more. Pointwise work is counted too, an activation as one FLOP: 9 a unit in an LSTM and in a
    GRU, 1 in a SimpleRNN. Merging costs 1 FLOP a unit for "sum", "mul" and "max", 2 for "ave", and
    for "projection" its matmul.

    Args: as for `parameters`, which also knows `counting`.

    Returns:
        The number of FLOPs.

    Raises:
        ValueError: as `parameters` does.

    Example:

    >>> flops_per_token("simple_rnn", 1, 1, bidirectional=False)  # tanh(w x + r h + b)
    5
    """
    kind, projected = _check_spec(cell, input_size, units, layers, merge, projection_units)
    total = 0
    for width in _input_widths(input_size, units, layers, bidirectional, merge, projected):
        direction = units * (2 * kind.gates * (width + units) + kind.pointwise)
        total += direction * (2 if bidirectional else 1)
    if not bidirectional:
        return total
    if merge == "projection":
        return total + layers * 2 * 2 * units * projected
    return total + layers * MERGES[merge][1] * units


class BudgetMatch(NamedTuple):
    """The unit count nearest to a parameter budget.

    Args:
        units: U, units of each direction.
        parameters: what they cost.
        deviation: `parameters / budget - 1`.
    """

    units: int
    parameters: int
    deviation: float


def units_for_budget(cell: str, input_size: int, budget: int, **spec: Any) -> BudgetMatch:
    """Find the units whose parameters come nearest to a budget.

    Halving the units does not halve the parameters of an LSTM: they grow with F U + U U.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        input_size: F, width of the input.
        budget: number of parameters to match.
        **spec: further arguments of `parameters`, such as `bidirectional` and `counting`.

    Returns:
        A `BudgetMatch`.

    Raises:
        ValueError: when the budget is below the cost of one unit, or from `parameters`.

    Example:

    >>> match = units_for_budget("lstm", 100, 366592, counting="torch")
    >>> match.units, match.parameters, f"{match.deviation:+.2%}"
    (169, 366392, '-0.05%')
    """

    _check_size("budget", budget)

    def cost(units: int) -> int:
        return parameters(cell, input_size, units, **spec)

    if budget < cost(1):
        raise ValueError(f"budget must be at least {cost(1)}, the cost of one unit; got {budget}")
    low, high = 1, 2
    while cost(high) <= budget:
        low, high = high, 2 * high
    while high - low > 1:  # cost(low) <= budget < cost(high)
        middle = (low + high) // 2
        low, high = (middle, high) if cost(middle) <= budget else (low, middle)
    units = min((low, high), key=lambda u: abs(cost(u) - budget))
    return BudgetMatch(units, cost(units), cost(units) / budget - 1)


# What the article prints for its LSTM, counting as torch does.
ARTICLE_ROWS = (
    {"cell": "lstm", "input_size": 100, "units": 256, "bidirectional": False, "article": 366592},
    {"cell": "lstm", "input_size": 100, "units": 256, "bidirectional": True, "article": 733184},
    {"cell": "lstm", "input_size": 100, "units": 128, "bidirectional": True, "article": 188416},
)
_SPEC = ("cell", "input_size", "units", "layers", "bidirectional", "merge", "projection_units")


def cost_table(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compute the cost of each of several configurations.

    Args:
        rows: dicts of arguments of `parameters`, without `counting`. Entries that it does not know
            are carried over.

    Returns:
        List of dicts: the row with "keras_parameters", "torch_parameters" and "flops_per_token".

    Example:

    >>> [row["torch_parameters"] for row in cost_table(ARTICLE_ROWS)]
    [366592, 733184, 235520]
    """
    table = []
    for row in rows:
        spec = {name: row[name] for name in row if name in _SPEC}
        counts = {f"{c}_parameters": parameters(**spec, counting=c) for c in COUNTINGS}
        table.append({**row, **counts, "flops_per_token": flops_per_token(**spec)})
    return table


def article_table() -> list[dict[str, Any]]:
    """Check the article's parameter table and add the row that it was after.

    Its third row halves the units to come down to the parameters of one direction; the number
    printed there is wrong, and half the units is not the way. The row added here has the units
    that do match.

    Returns:
        List of dicts as from `cost_table`, with "article_is_right" (None for the added row).

    Example:

    >>> for row in article_table():
    ...     print(row["units"], row["article"], row["torch_parameters"], row["article_is_right"])
    256 366592 366592 True
    256 733184 733184 True
    128 188416 235520 False
    169 None 366392 None
    """
    match = units_for_budget("lstm", 100, ARTICLE_ROWS[0]["article"], counting="torch")
    added = {**ARTICLE_ROWS[-1], "units": match.units, "article": None}
    rows = cost_table((*ARTICLE_ROWS, added))
    for row in rows:
        printed = row["article"]
        row["article_is_right"] = None if printed is None else printed == row["torch_parameters"]
    return rows


def _input_widths(
    input_size: int, units: int, layers: int, bidirectional: bool, merge: str, projected: int
) -> list[int]:
    """Return the input width of each layer, from the lowest up."""
    if not bidirectional:
        above = units
    elif merge == "projection":
        above = projected
    else:
        above = MERGES[merge][0] * units
    return [input_size] + [above] * (layers - 1)


def _check_spec(
    cell: str, input_size: int, units: int, layers: int, merge: str, projection_units: int | None
) -> tuple[Cell, int]:
    """Return the cell, and the width of a projection, 0 without one."""
    _check_choice("cell", cell, CELLS)
    _check_choice("merge", merge, (*MERGES, "projection"))
    _check_size("input_size", input_size)
    _check_size("units", units)
    _check_size("layers", layers)
    if merge == "projection":
        _check_size("projection_units", projection_units)
    return CELLS[cell], projection_units or 0


def _check_size(name, size):
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise ValueError(f"{name} must be a whole number above 0; got {size!r}")


def _check_choice(name, value, choices):
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}; got {value!r}")
