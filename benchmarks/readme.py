"""Write the README's tables from what was computed and measured.

Each table stands between `<!-- table:NAME -->` and `<!-- /table:NAME -->`.

    python benchmarks/readme.py
"""

import contextlib
import csv
import io
import re
from pathlib import Path

from zoo.cli import main as zoo_command

HERE = Path(__file__).resolve().parent
README = HERE.parent / "README.md"


def cost():
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        zoo_command(["cost", "--article"])
    return output.getvalue()


def bracket_tagging():
    return (HERE / "bracket_tagging.md").read_text(encoding="utf-8")


def step_time():
    with open(HERE / "step_time.csv", newline="") as file:
        head, *rows = csv.reader(file)
    lines = [[name.replace("_", " ") for name in head], ["---:"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


TABLES = {each.__name__: each for each in (cost, bracket_tagging, step_time)}


def filled(text):
    """Return the README's text with its tables made anew."""

    def table(match):
        return f"{match[1]}\n{TABLES[match[2]]().strip()}\n{match[4]}"

    pattern = r"(<!-- table:(\w+) -->)\n(.*?)(<!-- /table:\2 -->)"
    return re.sub(pattern, table, text, flags=re.DOTALL)


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
