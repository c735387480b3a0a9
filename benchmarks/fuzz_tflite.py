"""Damage TFLite files at random and open them: `python benchmarks/fuzz_tflite.py`.

Every damaged file is checked, opened and run in a child process, as `zoo.load(trusted=False)` does.
Counts what happened to it, and whether a child died after the check had let a file pass.
"""

import argparse
import os
import pickle
import signal
from collections import Counter
from pathlib import Path

import numpy as np

from tables import write_rows
from zoo.hub import ModelFileError, resolve
from zoo.runtime.litert import LiteRTEngine
from zoo.trust.tflite import check_tflite

HERE = Path(__file__).parent
MODELS = ("bilstm-brackets", "bilstm-ner-tiny", "bilstm-sentiment-tiny")
EXTREMES = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
BATCH = 200  # files that a child reads, if it lives
SECONDS = 20  # after which a child is stopped
KEPT = 64  # bytes of a run of equal or random bytes that belong to a table, not to weights


def structure_of(content: bytes) -> np.ndarray:
    """Return the positions of the bytes that are no weights: near small numbers."""
    data = np.frombuffer(content, "uint8")
    words = data[: len(data) // 4 * 4].view("<u4").astype("int64")
    small = (words < len(data)) | (words > 2**32 - len(data))
    return (np.flatnonzero(small)[:, None] * 4 + np.arange(4)).ravel()


def damaged(content: bytes, structure: np.ndarray, seed: int) -> bytes:
    """Return a file with one to three changed places.

    Args:
        content: the file.
        structure: positions where most of the changes are.
        seed: of the changes.
    """
    rng = np.random.default_rng(seed)
    data = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        place = int(rng.choice(structure)) if rng.random() < 0.9 else int(rng.integers(len(data)))
        kind = rng.integers(5)
        if kind == 0:
            data[place] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            data[place] = int(rng.integers(256))
        elif kind in (2, 3):
            place -= place % 4
            old = int.from_bytes(data[place : place + 4], "little")
            near = old + int(rng.integers(-8, 9))
            new = near if kind == 2 else int(rng.choice(EXTREMES))
            data[place : place + 4] = (new % 2**32).to_bytes(4, "little")
        else:
            other = int(rng.choice(structure)) // 4 * 4
            place -= place % 4
            data[place : place + 4] = data[other : other + 4]
    return bytes(data)


def opened(content: bytes, path: Path) -> str:
    """Check, open and run a file; return what happened."""
    try:
        check_tflite(content, path)
    except ModelFileError:
        return "refused by the check"
    path.write_bytes(content)
    try:
        engine = LiteRTEngine(path)
        interpreter = engine.take_interpreter()
        for name in interpreter.get_signature_list():
            run = interpreter.get_signature_runner(name)
            inputs = {
                key: np.ones([3 if n < 0 else n for n in each["shape_signature"]], each["dtype"])
                for key, each in run.get_input_details().items()
            }
            run(**inputs)
    except (ModelFileError, RuntimeError, ValueError, TypeError, KeyError, MemoryError):
        return "refused by LiteRT"
    return "answered"


def fuzz(content: bytes, seeds: range, work: Path) -> Counter[str]:
    """Open damaged files in children.

    Args:
        content: the undamaged file.
        seeds: of the damages, one for each file.
        work: a folder for files.

    Returns:
        How often each outcome occurred.
    """
    structure, found = structure_of(content), Counter[str]()
    seeds_left = list(seeds)
    while seeds_left:
        batch = seeds_left[:BATCH]
        outcomes, status = _in_child(content, structure, batch, work)
        found.update(outcomes)
        done = len(outcomes)
        if done < len(batch):
            name = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "exit"
            found["too slow" if name == "SIGALRM" else f"child died of {name}"] += 1
            print(f"seed {batch[done]}: {name}", flush=True)
            done += 1
        seeds_left = seeds_left[done:]
    return found


def _in_child(content, structure, batch, work):
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        try:
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            for seed in batch:
                signal.alarm(SECONDS)
                outcome = opened(damaged(content, structure, seed), work / "model.tflite")
                os.write(write, pickle.dumps(outcome))
        finally:
            os._exit(0)
    os.close(write)
    outcomes = []
    with os.fdopen(read, "rb") as file:
        while True:
            try:
                outcomes.append(pickle.load(file))
            except EOFError:
                break
    return outcomes, os.waitpid(child, 0)[1]


def main() -> None:
    """Fuzz the models, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=3000, help="damaged files of each model")
    parser.add_argument("--first", type=int, default=0, help="first seed (default %(default)s)")
    parser.add_argument("--models", nargs="+", default=MODELS)
    parser.add_argument("--output", type=Path, default=HERE / "fuzz_tflite.csv")
    args = parser.parse_args()
    import tempfile

    rows = []
    for name in args.models:
        content = (resolve(name) / "model.tflite").read_bytes()
        with tempfile.TemporaryDirectory() as work:
            found = fuzz(content, range(args.first, args.first + args.mutations), Path(work))
        row = {"model": name, "files": args.mutations, **found}
        print(row, flush=True)
        rows.append(row)
    write_rows(rows, args.output)


if __name__ == "__main__":
    main()
