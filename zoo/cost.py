"""The cost of recurrent layers: parameters, FLOPs per token, and units for a parameter budget.

Gates G: LSTM 4, GRU 3, SimpleRNN 1. With F inputs, U units and b biases per gate, a direction has

```
parameters = G (F U + U U + b U)
```

with b = 2 in PyTorch; in Keras b = 1, but 2 for the GRU (`reset_after=True`, its default).
"""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """Constants of a cell; `pointwise` is the number of FLOPs per unit without the matmuls."""

    gates: int
    keras_biases: int
    pointwise: int


# Pointwise operations; an activation counts as one FLOP:
# LSTM       3 sigmoid, 2 tanh; f*c, i*g, their sum, o*tanh(c)
# GRU        2 sigmoid, 1 tanh; r*(h R), + x W; z*h, 1-z, (1-z)*n, their sum
# SimpleRNN  1 tanh
CELLS = {
    "lstm": Cell(gates=4, keras_biases=1, pointwise=9),
    "gru": Cell(gates=3, keras_biases=2, pointwise=9),
    "simple_rnn": Cell(gates=1, keras_biases=1, pointwise=1),
}
COUNTINGS = ("keras", "torch")

# Merge mode -> (output width / units, FLOPs per unit); "projection" has its own width and weights.
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
        input_size: F, size of the input.
        units: U, units of each direction.
        layers: number of layers; each reads the merged output of the one below.
        bidirectional: whether each layer is bidirectional.
        counting: "keras" or "torch", which has two biases per gate in every cell.
        merge: merge mode of the directions: "concat", "sum", "ave", "mul", "max" or "projection"
            (a dense layer from 2U to `projection_units`).
        projection_units: output size of "projection".

    Returns:
        The number of parameters.

    Raises:
        ValueError: an argument is unknown or not positive; the message names it.

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
    """Count the FLOPs of a stack of recurrent layers per time step, at inference.

    ```
    one direction = 2 G U (F + U) + U pointwise
    ```

    A multiply-add is 2 FLOPs; adding a bias is included in the first addition of its sum. Pointwise
    operations count too, an activation as one FLOP: 9 per unit in an LSTM or GRU, 1 in a SimpleRNN.
    Merging costs 1 FLOP per unit for "sum", "mul" and "max", 2 for "ave", and for "projection" its
    matmul.

    Args:
        cell, input_size, units, layers, bidirectional, merge, projection_units: as in `parameters`.

    Returns:
        The number of FLOPs.

    Raises:
        ValueError: as in `parameters`.

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
    """The number of units that is closest to a parameter budget.

    Args:
        units: U, units of each direction.
        parameters: number of parameters with these units.
        deviation: `parameters / budget - 1`.
    """

    units: int
    parameters: int
    deviation: float


def units_for_budget(cell: str, input_size: int, budget: int, **spec: Any) -> BudgetMatch:
    """Find the number of units whose parameters are closest to a budget.

    Halving the units does not halve the parameters of an LSTM: they grow with F U + U U.

    Args:
        cell: "lstm", "gru" or "simple_rnn".
        input_size: F, size of the input.
        budget: number of parameters to match.
        **spec: further arguments of `parameters`, such as `bidirectional` and `counting`.

    Returns:
        A `BudgetMatch`.

    Raises:
        ValueError: the budget is less than the parameters of one unit; or as in `parameters`.

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


# The parameters that the article states for its LSTM; they are counted as in PyTorch.
ARTICLE_ROWS = (
    {"cell": "lstm", "input_size": 100, "units": 256, "bidirectional": False, "article": 366592},
    {"cell": "lstm", "input_size": 100, "units": 256, "bidirectional": True, "article": 733184},
    {"cell": "lstm", "input_size": 100, "units": 128, "bidirectional": True, "article": 188416},
)
_SPEC = ("cell", "input_size", "units", "layers", "bidirectional", "merge", "projection_units")


def cost_table(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compute the cost of each of several configurations.

    Args:
        rows: dicts of arguments of `parameters`, without `counting`. Other entries are copied.

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
    """Check the parameter table of the article, and add a corrected row.

    The third row of the article halves the units to match the parameters of one direction. The
    number of parameters there is wrong, and half the units do not match. The added row has the
    units that do.

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
    """Return the input size of each layer, from the bottom to the top."""
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
    """Validate the arguments; return the cell, and the size of the projection or 0."""
    _check_choice("cell", cell, CELLS)
    _check_choice("merge", merge, (*MERGES, "projection"))
    _check_size("input_size", input_size)
    _check_size("units", units)
    _check_size("layers", layers)
    if merge == "projection":
        _check_size("projection_units", projection_units)
    return CELLS[cell], projection_units or 0


def _check_size(name: str, size: object) -> None:
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise ValueError(f"{name} must be a whole number above 0; got {size!r}")


def _check_choice(name: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}; got {value!r}")
