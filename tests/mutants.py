"""Check that the quick suite protects the package: each mutant, a line made wrong, must fail it.

    python tests/mutants.py            # all of them; writes benchmarks/mutants.csv

The tree is copied, a line of it is changed, and the quick tests of one folder run there. What they
catch `make test` catches, which runs them too.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))  # when it is run as a script

from tables import write_rows  # noqa: E402

TABLE = ROOT / "benchmarks" / "mutants.csv"
PARTS = ("zoo", "recipes", "tests", "benchmarks", "saved_models", "pyproject.toml", "README.md")


class Mutant(NamedTuple):
    """A wrong line.

    Args:
        what: is wrong, in words.
        file: path from the root.
        right: the line's text, which the file holds once.
        wrong: what stands in its place.
        tests: the folder or file whose quick tests must fail.
    """

    what: str
    file: str
    right: str
    wrong: str
    tests: str


MUTANTS = [
    Mutant(
        "a mask is not applied to the outputs of one direction",
        "zoo/ops/scan.py",
        "outputs = [output * keep for output in outputs]",
        "outputs = [outputs[0], *(output * keep for output in outputs[1:])]",
        "tests/layers/test_padding.py",
    ),
    Mutant(
        "the sign of a stabilizer of the CRF",
        "zoo/ops/crf/chain.py",
        "return cls(emissions - top, ",
        "return cls(emissions + top, ",
        "tests/ops",
    ),
    Mutant(
        "an average of directions is their sum",
        "zoo/layers/merge.py",
        "return (forward + backward) / 2",
        "return forward + backward",
        "tests/layers",
    ),
    Mutant(
        "a hash is not compared, only the size",
        "zoo/hub/store.py",
        "    if found != expected:",
        "    if found.bytes != expected.bytes:",
        "tests/hub",
    ),
    Mutant(
        "an entity ends where its last token starts",
        "zoo/runtime/entities.py",
        "tokens[first].start, tokens[last - 1].end",
        "tokens[first].start, tokens[last - 1].start",
        "tests/runtime/test_entities.py",
    ),
    Mutant(
        "windows keep what they read for its context alone",
        "zoo/text/windows.py",
        "last = length if stop == length else stop - margin",
        "last = stop",
        "tests/text",
    ),
    Mutant(
        "a blank line begins a document",
        "zoo/data/readers/columns.py",
        "document += bool(fields)",
        "document += 1",
        "tests/data",
    ),
    Mutant(
        "other answers of an export are no problem",
        "zoo/export/verify.py",
        "if exact and not same:",
        "if exact and same is None:",
        "tests/export",
    ),
    Mutant(
        "what is wrong counts as right when a temperature is fitted",
        "zoo/metrics/calibration.py",
        "np.where(correct, scores, 1 - scores)",
        "np.where(correct, scores, scores)",
        "tests/metrics/test_calibration.py",
    ),
    Mutant(
        "information flow is not averaged over sequences",
        "zoo/inspect/measures/flow.py",
        "return np.sqrt(squares / count)",
        "return np.sqrt(squares)",
        "tests/inspect/test_flow.py",
    ),
    Mutant(
        "documents that a model refuses are not counted",
        "zoo/pipeline/output.py",
        '"refused": len(refusals)}',
        '"refused": len(part.refusals)}',
        "tests/pipeline",
    ),
    Mutant(
        "the worst trial of a search comes first",
        "zoo/tuning/results.py",
        "-(result.dev if result.dev is not None else -1)",
        "(result.dev if result.dev is not None else -1)",
        "tests/tuning",
    ),
]


def caught_by(mutant, folder):
    """Return the first quick test that fails with a mutant, or None."""
    path = folder / mutant.file
    text = path.read_text(encoding="utf-8")
    assert text.count(mutant.right) == 1, f"{mutant.file} holds {mutant.right!r} not once"
    path.write_text(text.replace(mutant.right, mutant.wrong), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not slow", mutant.tests]
    # The copy, not an installed package, is what child processes import too.
    variables = {**os.environ, "PYTHONPATH": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    path.write_text(text, encoding="utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{mutant.what}: the tests did not run.\n{done.stdout}{done.stderr}")
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    return failed[0].split()[1].partition("[")[0] if failed else None


def main():
    """Run all mutants, write the table, and return 1 if one was not caught."""
    rows = []
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, "tree")
        folder.mkdir()
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            copy(ROOT / part, folder / part)
        for mutant in MUTANTS:
            test = caught_by(mutant, folder)
            row = {"mutant": mutant.what, "file": mutant.file, "caught by": test or "nothing"}
            print(*row.values(), sep=" | ", flush=True)
            rows.append(row)
    write_rows(rows, TABLE)
    return int(any(row["caught by"] == "nothing" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
