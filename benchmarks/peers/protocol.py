"""What a peer is: a process that reads requests as lines of JSON and answers each with a line.

A file of this folder that ends with `serve(SomePeer)` is the program of a peer. It is run by the
Python of the peer's environment, so this module needs the standard library alone. Requests:

```
{"texts": [...], "each": false}   answers in bulk: {"seconds", "cpu_seconds", "answers"}
{"texts": [...], "each": true}    answers one by one: {"milliseconds"}, one for each text
{"about": true}                   {"versions", "installed_bytes", "model_bytes"}
```

The answer to a text is a list of spans `[start, end, label]` for entities, or a label.
"""

import contextlib
import json
import re
import sys
import time
from importlib import metadata
from pathlib import Path


class Peer:
    """A program that answers texts; subclasses are made from the options of the process.

    Attributes:
        distributions: names of the installed packages that it needs; those that they need follow.
        model_files: the files and folders of its model.
    """

    distributions: tuple[str, ...] = ()
    model_files: tuple[Path, ...] = ()

    def answer_all(self, texts):
        """Return the answer to each text of a list, as fast as the peer can."""
        return [self.answer(text) for text in texts]

    def answer(self, text):
        """Return the answer to one text."""
        raise NotImplementedError

    def plain(self, answer):
        """Return an answer as JSON: spans `[start, end, label]` or a label."""
        return answer


def serve(open_peer):
    """Answer requests until the input ends. What libraries print goes to standard error."""
    replies = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        peer = open_peer(**json.loads(sys.argv[1]))
        for line in sys.stdin:
            print(json.dumps(_reply(peer, json.loads(line))), file=replies, flush=True)


def _reply(peer, request):
    if "about" in request:
        names = requirements(peer.distributions)
        return {
            "versions": {name: metadata.version(name) for name in peer.distributions},
            "installed_bytes": sum(map(distribution_bytes, names)),
            "model_bytes": sum(map(tree_bytes, peer.model_files)),
        }
    texts = request["texts"]
    if request["each"]:
        return {"milliseconds": [1e3 * _timed(peer.answer, text)[0] for text in texts]}
    process = time.process_time()
    seconds, answers = _timed(peer.answer_all, texts)
    process = time.process_time() - process
    plain = [peer.plain(answer) for answer in answers]
    return {"seconds": seconds, "cpu_seconds": process, "answers": plain}


def _timed(call, argument):
    start = time.perf_counter()
    answer = call(argument)
    return time.perf_counter() - start, answer


def requirements(names):
    """Return the names of installed distributions and of all that they require, without extras."""
    found, queue = set(), list(names)
    while queue:
        name = re.sub(r"[-_.]+", "-", queue.pop()).lower()
        if name in found:
            continue
        with contextlib.suppress(metadata.PackageNotFoundError):  # for other systems
            required = metadata.requires(name) or []
            found.add(name)
            queue += [re.match(r"[\w.-]+", each)[0] for each in required if "extra ==" not in each]
    return found


def distribution_bytes(name):
    """Return the size of the files of an installed distribution."""
    paths = (file.locate() for file in metadata.files(name) or [])
    return sum(path.stat().st_size for path in paths if path.is_file())


def tree_bytes(path):
    """Return the size of a file, or of all files in a folder."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(each.stat().st_size for each in files if each.is_file())
