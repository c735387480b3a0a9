"""TensorBoard's own server, for tests that read back what it shows."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

SECONDS = 90  # that it may take to start


@contextmanager
def server(folder):
    """Start the server on a folder; yield a function from a path and its arguments to bytes.

    A `body` of that function is sent as JSON.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(folder)]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def get(path, body=None, **arguments):
        address = f"http://127.0.0.1:{port}/data/{path}?{urllib.parse.urlencode(arguments)}"
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, sent, {"Content-Type": "application/json"})
        end = time.monotonic() + SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                    return answer.read()
            except urllib.error.URLError:  # it is starting, or has not read the logs yet
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    try:
        yield get
    finally:
        process.terminate()
        process.wait()


def until(get, path, ready, **arguments):
    """Ask until the answer, JSON, is `ready`; return it, or the last one when time is up."""
    end = time.monotonic() + SECONDS
    while True:
        answer = json.loads(get(path, **arguments))
        if ready(answer) or time.monotonic() > end:
            return answer
        time.sleep(0.1)
