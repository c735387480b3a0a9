"""What the tests run of `zoo/`: a row of `suite_coverage.csv`, from the data that coverage.py has.

python benchmarks/suite_coverage.py "make test"
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tables import put_rows

TABLE = Path(__file__).resolve().parent / "suite_coverage.csv"


def measured():
    """Return the totals of the combined data, a dict of coverage.py's JSON report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "coverage.json")
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", path]
        subprocess.run(command, check=True)
        return json.loads(path.read_text())["totals"]


def main(suite):
    """Write the row of a suite."""
    totals = measured()
    shares = {
        "lines %": totals["covered_lines"] / totals["num_statements"],
        "branches %": totals["covered_branches"] / totals["num_branches"],
    }
    row = {"suite": suite, **{name: f"{100 * share:.1f}" for name, share in shares.items()}}
    print(*row.values())
    put_rows([row], TABLE, ["suite"])


if __name__ == "__main__":
    main(*sys.argv[1:])
