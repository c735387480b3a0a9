"""The zoo's models beside other libraries and runtimes, on the same raw texts in one run.

    make bench-peers
    python benchmarks/bench_peers.py --data-dir ../shared/datasets/tensorflow_datasets

Each peer is a process in an environment of its own (`benchmarks/peers`), made under `runs/peers`.
First all are started a few times, for the time from the start of the process to the first answer.
Then each answers the texts that are scored, while its memory is watched. Then they take turns: in
each round each one answers in bulk texts that it has not seen before, then 100 texts one by one.
Figures are medians over the rounds. A peer that cannot be had, or fails, is named and left out.
Writes `peers.csv`, `peers_machine.csv` and the picture of the page; run it on a machine that does
nothing else.
"""

import argparse
import statistics
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from peers import corpora
from peers.machine import machine_rows, matmul_peak
from peers.picture import draw
from peers.process import PeakMemory, PeerError, PeerProcess, cold_start
from peers.rows import MODELS, all_rows, prepare
from tables import write_rows
from zoo.cost import flops_per_token

HERE = Path(__file__).resolve().parent
PICTURE = HERE.parent / "docs" / "pages" / "benchmarks" / "peers.png"
SINGLE = 100  # texts that are answered one by one in a round
TASKS = {"entities": corpora.entities, "sentiment": corpora.sentiment}
START = time.monotonic()


def say(line):
    """Print a line with the seconds since the start."""
    print(f"{time.monotonic() - START:4.0f} s  {line}", flush=True)


class Measured:
    """A row with its running process and what was measured.

    Args:
        row: a `peers.rows.Row`.
        python: the interpreter of its environment.
        log: file for the standard error of the process.
    """

    def __init__(self, row, python, log):
        self.row, self.python, self.log = row, python, log
        self.process = None
        self.failed = None
        self.cold, self.speeds, self.each, self.answers = [], [], [], []

    def open(self):
        """Start a process of the row."""
        return PeerProcess(self.python, self.row.file, self.row.options, self.log)

    def start(self, text):
        """Start the process anew, and time it to its first answer."""
        self.close()
        self.process, seconds = cold_start(self.open, text)
        self.cold.append(seconds)

    def score(self, task):
        """Answer the scored texts; keep answers, memory and sizes."""
        with PeakMemory(self.process.pid) as memory:
            reply = self.process.bulk(task.scored)
        self.answers, self.memory = reply["answers"], memory.megabytes
        self.first = corpora.words_of(task.scored) / reply["seconds"]
        self.points = task.score(self.answers, task.gold)
        self.about = self.process.ask(about=True)

    def round(self, texts):
        """Answer texts in bulk, then some of them one by one."""
        seconds = self.process.bulk(texts)["seconds"]
        self.speeds.append(corpora.words_of(texts) / seconds)
        self.each += self.process.one_by_one(texts[:: max(1, len(texts) // SINGLE)][:SINGLE])
        say(f"{self.row.name}: {self.speeds[-1]:,.0f} words a second")

    def attempt(self, step, *arguments):
        """Take a step unless one failed before."""
        if not self.failed:
            try:
                step(self, *arguments)
            except PeerError as error:
                self.failed = str(error)
                say(f"{self.row.name}: left out: {error}")

    def close(self, *_):
        """End the process."""
        if self.process:
            self.process.__exit__()
            self.process = None


def measure(rows, pythons, tasks, rounds, folder):
    """Return a `Measured` for each row that gave answers."""
    found = [
        Measured(row, pythons[row.environment], folder / f"peer-{number}.log")
        for number, row in enumerate(rows)
        if row.environment in pythons
    ]
    with ExitStack() as stack:
        for each in found:
            stack.push(each.close)
        for _ in range(rounds):
            for each in found:
                each.attempt(Measured.start, tasks[each.row.task].cold)
        say("started all of them")
        for each in found:
            each.attempt(Measured.score, tasks[each.row.task])
        say("scored all of them")
        for number in range(rounds):
            for each in found if number % 2 == 0 else reversed(found):
                each.attempt(Measured.round, tasks[each.row.task].timed[number])
    return [each for each in found if not each.failed]


def flops_of(task):
    """Return the FLOPs a word of the recurrent layer of the model of a task."""
    units, features = {"entities": (200, 208), "sentiment": (256, 100)}[task]
    return flops_per_token("lstm", features, units)


def table(found, peaks):
    """Return the rows of the CSV file."""
    ours = {each.row.task: each.answers for each in found if each.row.peer in MODELS.values()}
    return [_columns(each, ours.get(each.row.task), peaks) for each in found]


def _columns(each, ours, peaks):
    row, speed = each.row, statistics.median(each.speeds)
    share = 100 * speed * flops_of(row.task) / peaks[row.workers] / 1e9
    same = ""
    if row.same_network and ours:
        same = statistics.mean(a == b for a, b in zip(each.answers, ours, strict=True))
        same = f"{100 * same:.2f}"
    return {
        "task": row.task,
        "peer": row.peer,
        "workers": row.workers,
        "unit": row.unit,
        "words a second": round(speed),
        "first pass": round(each.first),
        **{f"p{p} ms": _three(np.percentile(each.each, p)) for p in (50, 90, 99)},
        "cold start s": _three(statistics.median(each.cold)),
        "peak MB": round(each.memory),
        "installed MB": round(each.about["installed_bytes"] / 1e6),
        "model MB": round(each.about["model_bytes"] / 1e6, 1),
        "score": f"{each.points:.2f}",
        "same answers %": same,
        "share of peak %": f"{share:.1f}" if row.same_network else "",
    }


def _three(value):
    return float(f"{value:.3g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="names of environments, such as zoo torch")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--limit", type=int, help="take that many texts, to try the script")
    parser.add_argument("--folder", type=Path, default=Path("runs/peers"))
    parser.add_argument("--output", type=Path, default=HERE / "peers.csv")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row for row in all_rows(folder) if row.task in options.tasks]
    rows = [row for row in rows if not options.only or row.environment in options.only]
    train = corpora.load_conll2003(options.data_dir)["train"][: options.limit]
    pythons = prepare(rows, folder, [(each.words, each.tags) for each in train], say)
    tasks = {
        name: TASKS[name](options.data_dir, options.rounds, options.limit) for name in options.tasks
    }
    peaks = {threads: matmul_peak(threads) for threads in (1, 2)}
    found = measure(rows, pythons, tasks, options.rounds, folder)
    peaks = {n: max(peak, matmul_peak(n)) for n, peak in peaks.items()}
    write_rows(table(found, peaks), options.output)
    versions = {name: v for each in found for name, v in each.about["versions"].items()}
    machine = options.output.with_stem(f"{options.output.stem}_machine")
    write_rows(machine_rows(peaks, versions), machine)
    say(f"wrote {options.output}")
    if options.output.parent == HERE:
        draw(options.output, PICTURE)


if __name__ == "__main__":
    main()
