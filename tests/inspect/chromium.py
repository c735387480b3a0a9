"""Pages in headless Chromium, driven by its DevTools protocol; nothing is installed here."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
MISSING = "Chromium is not there; install it with: apt-get install --no-install-recommends chromium"
# Without these it asks its maker's servers for news; in a container there is no sandbox for root.
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)
PATIENCE = 60  # seconds until a page must have come


class Page:
    """The one page of a browser."""

    def __init__(self, socket):
        self._socket = socket
        self._ids = itertools.count(1)
        self.problems = []  # errors of the console, exceptions, what could not be loaded
        self.requests = []  # addresses
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        """Send a command, take in what happens meanwhile, and return the command's result."""
        id = next(self._ids)
        self._socket.send(json.dumps({"id": id, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=PATIENCE))
            if message.get("id") == id:
                assert "error" not in message, message
                return message["result"]
            self._note(message.get("method"), message.get("params", {}))

    def _note(self, method, params):
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.problems.append(params["exceptionDetails"])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.problems.append(params["entry"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.problems.append(params)

    def open(self, url, *, width=1000, height=900, dark=False, until="true"):
        """Open an address and wait until a JavaScript expression holds there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=url)
        self.wait(f"document.readyState === 'complete' && ({until})")

    def wait(self, expression):
        """Wait until an expression holds."""
        end = time.monotonic() + PATIENCE
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"never came: {expression}; {self.problems}"
            time.sleep(0.1)

    def evaluate(self, expression):
        """Return the value of a JavaScript expression, or of the promise that it is."""
        options = {"returnByValue": True, "awaitPromise": True}
        result = self.call("Runtime.evaluate", expression=expression, **options)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def screenshot(self, path, of=None):
        """Write a PNG file of the page, or of what an element, a JavaScript expression, covers."""
        options = {"captureBeyondViewport": True}
        if of:
            box = self.evaluate(f"({of}).getBoundingClientRect().toJSON()")
            options = {"clip": {**{k: box[k] for k in ("x", "y", "width", "height")}, "scale": 1}}
        data = self.call("Page.captureScreenshot", **options)
        path.write_bytes(base64.b64decode(data["data"]))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def serve(folder):
    """Serve a folder on this machine as any static server would, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser(folder):
    """Start Chromium with a profile in `folder`, give its page, and end it."""
    from websockets.sync.client import connect

    environment = {**os.environ, "HOME": str(folder)}
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment, **quiet)
    try:
        port = _port(process, folder / "DevToolsActivePort")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = [each for each in json.load(answer) if each["type"] == "page"]
        with connect(pages[0]["webSocketDebuggerUrl"], max_size=None, proxy=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _port(process, path):
    """Return the port on which the browser listens, once it says so."""
    end = time.monotonic() + PATIENCE
    while not (path.is_file() and path.read_text().strip()):
        assert process.poll() is None, f"Chromium ended with {process.returncode}"
        assert time.monotonic() < end, "Chromium never listened"
        time.sleep(0.1)
    return path.read_text().split()[0]
