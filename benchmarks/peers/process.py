"""A peer from outside: its process, the time until its first answer, its memory."""

import contextlib
import json
import os
import subprocess
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
EVERY = 0.05  # seconds between two looks at the memory


class PeerError(RuntimeError):
    """A peer's process ended; the message is the last line of its standard error."""


def environment(file):
    """Return the variables of a program's process: it finds the zoo, and runs Keras on TensorFlow.

    spaCy finds nothing: it would load the zoo's component, whose dependencies it does not have.
    """
    path = "" if file == "spacy_small.py" else str(ROOT)
    return {**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": "tensorflow"}


def run_program(python, file, *arguments):
    """Run a program of this folder to its end.

    Raises:
        PeerError: it failed.
    """
    command = [str(python), str(HERE / file), *map(str, arguments)]
    child = subprocess.run(command, env=environment(file), capture_output=True, text=True)
    if child.returncode:
        raise PeerError(last_line(child.stderr))


def last_line(text):
    """Return the last line of what a process wrote."""
    return (text.strip() or "no message").splitlines()[-1]


class PeerProcess:
    """A running peer; a context manager that ends it.

    Args:
        python: the interpreter of its environment.
        file: name of its program in this folder.
        options: arguments of its class, as JSON.
        log: file for its standard error.

    Attributes:
        pid: number of the process.
    """

    def __init__(self, python, file, options, log):
        self.log = Path(log)
        with open(self.log, "w") as errors:
            self.process = subprocess.Popen(
                [str(python), str(HERE / file), json.dumps(options)],
                env=environment(file),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def ask(self, **request):
        """Return the reply to a request; see `protocol`."""
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(request), file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            raise PeerError(last_line(self.log.read_text()))
        return json.loads(line)

    def bulk(self, texts):
        """Return seconds, processor seconds and answers for texts in bulk."""
        return self.ask(texts=texts, each=False)

    def one_by_one(self, texts):
        """Return the milliseconds of each text."""
        return self.ask(texts=texts, each=True)["milliseconds"]


def cold_start(open_process, text):
    """Return a new process, and the seconds from its start to the answer to a text."""
    start = time.perf_counter()
    process = open_process()
    process.bulk([text])
    return process, time.perf_counter() - start


class PeakMemory:
    """Watches the memory of a process and its children while a `with` block runs.

    The children's memory that they share with the process counts once: to the resident memory of
    the process comes what each child has for itself.

    Args:
        pid: number of the process.

    Attributes:
        megabytes: the most that was seen.
    """

    def __init__(self, pid):
        self.pid, self.megabytes = pid, 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
        self._look()

    def _watch(self):
        while not self._end.wait(EVERY):
            self._look()

    def _look(self):
        with contextlib.suppress(OSError):  # a child may end while it is looked at
            own = sum(_private(child) for child in children(self.pid))
            self.megabytes = max(self.megabytes, (_highest(self.pid) + own) / 1024)


def children(pid):
    """Return the numbers of all processes that a process started, theirs included."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *children(child)]
    return found


def _highest(pid):
    """Return the highest resident memory of a process so far, in kilobytes."""
    return _kilobytes(f"/proc/{pid}/status", ("VmHWM",))


def _private(pid):
    return _kilobytes(f"/proc/{pid}/smaps_rollup", ("Private_Clean", "Private_Dirty"))


def _kilobytes(path, names):
    lines = (line.partition(":") for line in Path(path).read_text().splitlines())
    return sum(int(value.split()[0]) for name, _, value in lines if name in names)
