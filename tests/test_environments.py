"""In a bad environment a command ends in a sentence, not in a traceback."""

import os
import signal
import subprocess
import sys

import pytest

from tests.grids import quick
from zoo import cli

ZOO = [sys.executable, "-m", "zoo"]
PREDICT = ["predict", "bilstm-brackets"]
# Rows: arguments, redirections of the shell, changes of the environment, exit code.
ROWS = {
    "no room for stdout": (["list"], "> /dev/full", {}, 2),
    "no room for an answer": ([*PREDICT, "a(b)"], "> /dev/full", {}, 2),
    "no room for JSON": (["info", "bilstm-ner", "--json"], "> /dev/full", {}, 2),
    "no room for help": (["--help"], "> /dev/full", {}, 0),
    "stdin is closed": ([*PREDICT, "-"], "<&-", {}, 2),
    "stdout is closed": ([*PREDICT, "a(b)"], ">&-", {}, 0),
    "stderr is closed": ([*PREDICT, "a(b)"], "2>&-", {}, 0),
    "an error, and stderr is closed": (["info", "nothing"], "2>&-", {}, 2),
    "the reader has left": ([*PREDICT, "--file", "setup.cfg"], "| true", {}, 0),
    "no documentation strings": (["list"], "", {"PYTHONOPTIMIZE": "2"}, 0),
    "no locale": ([*PREDICT, "\u00e9(\u00fc)"], "", {"LC_ALL": "C"}, 0),
    "ASCII alone": ([*PREDICT, "\u00e9(\u00fc)"], "", {"PYTHONIOENCODING": "ascii"}, 0),
    "no home": (["info", "bilstm-ner"], "", {"HOME": None}, 0),
    "a home that is no folder": ([*PREDICT, "a"], "", {"HOME": "/dev/null"}, 0),
    "no folder for temporary files": ([*PREDICT, "a"], "", {"TMPDIR": "/nothing"}, 0),
    "bytes that are no text": ([*PREDICT, "\udcff("], "", {}, 0),
    "a folder in place of a file": ([*PREDICT, "--file", "/"], "", {}, 2),
    "a file that is no text": (["evaluate", "bilstm-ner-tiny", sys.executable], "", {}, 2),
    "a device in place of a folder": (["info", "path:/dev/null"], "", {}, 2),
    "no name": (["info", ""], "", {}, 2),
    "a name that is too long": (["info", "x" * 100_000], "", {}, 2),
}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("name", quick(ROWS, "no room for an answer", "stdin is closed"))
def test_a_command_ends_in_a_sentence(name):
    arguments, redirection, changes, code = ROWS[name]
    environment = {**os.environ, **{key: value for key, value in changes.items() if value}}
    for key in changes:
        if changes[key] is None:
            environment.pop(key, None)
    found = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'"$@" {redirection}', "bash", *ZOO, *arguments],
        env=environment,
        capture_output=True,
        stdin=None if redirection.startswith("<") else subprocess.DEVNULL,
        timeout=300,
    )
    assert b"Traceback" not in found.stderr, found.stderr.decode()
    assert b"Exception ignored" not in found.stderr, found.stderr.decode()
    assert found.returncode == code, found.stderr.decode()
    if code:
        assert found.stderr.count(b"\n") <= 12  # at most ten faulty places of a file


def test_an_interrupt_ends_in_a_word(monkeypatch, capsys):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.use, "_list", interrupted)
    assert cli.main(["list"]) == 130
    assert capsys.readouterr().err == "zoo: interrupted\n"


@pytest.mark.slow("starts the command and waits for it")
def test_a_command_that_reads_can_be_interrupted():
    command = [*ZOO, *PREDICT, "-", "--live"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process:
        process.stdin.write(b"a(b)\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"zoo: interrupted\n"
        assert process.wait(60) == 130
