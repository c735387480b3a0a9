"""Small tasks that tell the directions of a recurrent network apart, and their exact ceilings."""

from zoo.data.diagnostics.context import (
    Agreement,
    Brackets,
    LookAhead,
    ReversedCopy,
    SandwichXor,
)
from zoo.data.diagnostics.memory import Adding, CopyMemory, Dyck
from zoo.data.diagnostics.task import DIRECTIONS, UNSCORED, Diagnostic

# Every task by its name in the tables.
DIAGNOSTICS: dict[str, Diagnostic] = {
    "look-ahead by 1": LookAhead(1),
    "look-ahead by 2": LookAhead(2),
    "look-ahead by 4": LookAhead(4),
    "reversed copy": ReversedCopy(),
    "first-and-last agreement": Agreement(),
    "sandwich XOR": SandwichXor(),
    "matched brackets": Brackets(),
    "Dyck-(2, 3)": Dyck(depth=3),
    "adding": Adding(),
    "copy": CopyMemory(),
}

__all__ = [
    "DIAGNOSTICS",
    "DIRECTIONS",
    "UNSCORED",
    "Adding",
    "Agreement",
    "Brackets",
    "CopyMemory",
    "Diagnostic",
    "Dyck",
    "LookAhead",
    "ReversedCopy",
    "SandwichXor",
]
