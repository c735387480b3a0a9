"""A recipe that trains nothing: for tests of the search around it.

What it does is in `plan.json`: `seconds` that it takes, and `fail`, a dict from a part of its
folder's path to how it fails there.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from zoo.training.recipe import add_config


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dev-only", action="store_true", required=True)
    parser.add_argument("--output", type=Path)
    add_config(parser)
    parser.add_argument("--plan", type=Path)
    options = parser.parse_args()

    plan = json.loads(options.plan.read_text())
    with open(options.output / "starts", "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(plan.get("seconds", 0))
    for part, way in plan.get("fail", {}).items():
        if part in str(options.output):
            if way == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            print("MemoryError: no more of it", file=sys.stderr)
            sys.exit(1)
    (options.output / "config.json").write_text(json.dumps(options.config))
    units = options.config["model"]["encoder"]["units"]
    score = {"dev": units / 100 + options.config["batch_size"] / 1e5}
    (options.output / "dev.json").write_text(json.dumps(score))


if __name__ == "__main__":
    main()
