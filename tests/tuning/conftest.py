"""TensorBoard's server, for tests that read back what it shows."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

SECONDS = 90  # that it may take to start


@pytest.fixture
def tensorboard():
    """Return a function that starts the server on a folder, and returns one that asks it."""
    servers = []

    def start(folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(folder)]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        servers.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

        def ask(path, body):
            end = time.monotonic() + SECONDS
            while True:
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}{path}",
                    json.dumps(body).encode(),
                    {"Content-Type": "application/json"},
                )
                try:
                    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                        return json.load(answer)
                except urllib.error.HTTPError:
                    if time.monotonic() > end:
                        raise
                except urllib.error.URLError:  # it is starting
                    if time.monotonic() > end:
                        raise
                time.sleep(0.5)

        return ask

    yield start
    for server in servers:
        server.terminate()
        server.wait()
