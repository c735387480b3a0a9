"""A recipe that trains nothing: for tests of the search around it.

What it does is in `plan.json`: `hold`, parts of the paths of folders in which it does not end
before there is a file `go` beside the plan, and `fail`, a dict from a part of its folder's path to
how it fails there.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

SECONDS = 600  # after which it is held no more: the test that held it is gone


def merged(one, other):
    """Return a configuration with the changes of another, as those of the recipes are merged."""
    both = {
        name: merged(one[name], value)
        for name, value in other.items()
        if isinstance(value, dict) and isinstance(one.get(name), dict)
    }
    return {**one, **other, **both}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dev-only", action="store_true", required=True)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--config", type=json.loads, action="append")
    parser.add_argument("--plan", type=Path)
    options = parser.parse_args()

    plan = json.loads(options.plan.read_text())
    with open(options.output / "starts", "a") as file:
        file.write(f"{os.getpid()}\n")
    end = time.monotonic() + SECONDS
    while any(part in str(options.output) for part in plan.get("hold", ())):
        if options.plan.with_name("go").exists() or time.monotonic() > end:
            break
        time.sleep(0.02)
    for part, way in plan.get("fail", {}).items():
        if part in str(options.output):
            if way == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            print("MemoryError: no more of it", file=sys.stderr)
            sys.exit(1)
    config = {}
    for each in options.config:
        config = merged(config, each)
    (options.output / "config.json").write_text(json.dumps(config))
    units = config["model"]["encoder"]["units"]
    score = {"dev": units / 100 + config["batch_size"] / 1e5}
    (options.output / "dev.json").write_text(json.dumps(score))


if __name__ == "__main__":
    main()
