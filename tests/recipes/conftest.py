"""What the tests of recipes share: conversions in their process, and runs that are killed."""

import subprocess

import pytest


@pytest.fixture(scope="module", autouse=True)
def conversion_here(conversion_here):
    """For all tests of this folder."""


@pytest.fixture(scope="session")
def until_killed():
    """Return a function that runs a command, kills it at the line that begins with a sign."""

    def run(command, sign):
        lines = []
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            for line in process.stdout:
                lines.append(line)
                if line.startswith(sign):
                    process.kill()
        assert lines[-1].startswith(sign)
        return process.returncode, "".join(lines)

    return run
