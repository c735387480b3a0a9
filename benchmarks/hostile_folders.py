"""Open model folders with wrong contents and right hashes: `python benchmarks/hostile_folders.py`.

Each field of the configurations gets values of other kinds and sizes, and each file is cut, emptied
and exchanged. A folder must be refused with `ModelFileError` or `CardError`, or answer as before.
"""

import argparse
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import zoo
from tables import write_rows
from zoo.hub import CardError, ModelCard, ModelFileError
from zoo.hub.load import MAIN_FILES

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tests.trust.folders import (  # noqa: E402
    SMALL,
    change_file,
    config_of,
    copy_of,
    fields_of,
    restore,
    with_config,
    with_field,
)

TEXT = "Ada (of London) met Bo [and] me."
VALUES = (
    *(None, True, -1, 0, 3, 1.5, 10**30, -(10**30), 1e300, math.nan, math.inf, 40_000_000),
    *("", "x", "\x1b[31m", "\ud800", "../../etc/passwd", "x" * 10_000, [], ["a", 1]),
    *(["a"] * 20_000, {}, {"a": {"b": {}}}, [[[[]]]]),
    {"class_name": "system", "module": "os", "config": {}},
)


def contents(content: bytes, other: bytes) -> Iterator[bytes]:
    """Yield wrong contents for a file, given its own and that of another model."""
    size = len(content)
    yield from (b"", content[: size // 2], content[:-1], content[: size // 3], other)
    yield from (bytes(size), b"\xff" * size, content[::-1], content[8:], b"\x00" + content)
    yield from (content[:place] + b"\xff" * 16 + content[place + 16 :] for place in (0, 8, 64, 512))


def outcome(folder: Path, runtime: str, before: object) -> str:
    """Load a folder; return what happened."""
    try:
        found = zoo.load(f"path:{folder}", runtime=runtime)(TEXT)
    except (ModelFileError, CardError):
        return "refused"
    except Exception as error:
        print(f"{folder.name}, {runtime}: {type(error).__name__}: {error!s:.200}", flush=True)
        return "another error"
    same = str(found)[:200] == before
    return "the same answers" if same else "other answers"


def configurations(task: str, runtime: str, work: Path, every: int) -> Counter[str]:
    """Load a model under wrong configurations, and count the outcomes."""
    folder, found = copy_of(SMALL[task], work / f"{task}-{runtime}"), Counter[str]()
    config = config_of(folder)
    before = str(zoo.load(SMALL[task], runtime=runtime)(TEXT))[:200]
    rows = list(product(fields_of(config), VALUES))
    for path, value in rows[::every]:
        with_config(folder, with_field(config, path, value))
        result = outcome(folder, runtime, before)
        if result == "other answers":
            print(f"{runtime}: {'.'.join(path)} = {value!r:.60}: {result}", flush=True)
        found[result] += 1
    return found


def files(task: str, runtime: str, work: Path) -> Counter[str]:
    """Load a model with wrong files, and count the outcomes."""
    folder, found = copy_of(SMALL[task], work / f"files-{task}-{runtime}"), Counter[str]()
    other = copy_of("bilstm-ner" if "ner" not in SMALL[task] else "bilstm-brackets", work / "other")
    before = str(zoo.load(SMALL[task], runtime=runtime)(TEXT))[:200]
    listed = ModelCard.read(folder).files
    vocabularies = [name for name in listed if name.endswith(".txt")]
    for name in [MAIN_FILES[runtime], "config.json", *vocabularies]:
        content = (folder / name).read_bytes()
        exchange = other / name if (other / name).is_file() else other / "card.json"
        for wrong in contents(content, exchange.read_bytes()):
            change_file(folder, name, wrong)
            found[outcome(folder, runtime, before)] += 1
        restore(folder, name, content)
    return found


def main() -> None:
    """Load all folders with all runtimes, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runtimes", nargs="+", default=[*MAIN_FILES])
    parser.add_argument("--every", type=int, default=1, help="configurations: every Nth")
    parser.add_argument("--output", type=Path, default=HERE / "hostile_folders.csv")
    args = parser.parse_args()
    rows = []
    for runtime in args.runtimes:
        for kind in ("configurations", "files"):
            found = Counter[str]()
            with tempfile.TemporaryDirectory() as work:
                for task in SMALL:
                    place = Path(work, task)
                    found += (
                        configurations(task, runtime, place, args.every)
                        if kind == "configurations"
                        else files(task, runtime, place)
                    )
            rows.append({"runtime and contents": f"{runtime}, {kind}", "folders": found.total()})
            names = ("refused", "the same answers", "other answers", "another error")
            rows[-1] |= {name: found[name] for name in names}
            print(rows[-1], flush=True)
    write_rows(rows, args.output)


if __name__ == "__main__":
    main()
