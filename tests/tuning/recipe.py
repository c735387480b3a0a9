"""A recipe that trains nothing: for tests of the search around it.

What it does is in `plan.json`: `hold`, parts of the paths of folders in which it does not end
before there is a file `go` beside the plan, and `fail`, a dict from a part of its folder's path to
how it fails there.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

from zoo.recipes import Key, Recipe, recipe_named

SECONDS = 600  # after which it is held no more: the test that held it is gone
BRACKETS = recipe_named("brackets")


def add_arguments(parser):
    parser.add_argument("--plan", type=Path)


def run(recipe, options, config):
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
    (options.output / "config.json").write_text(json.dumps(options.config))
    units = config["model"]["encoder"]["units"]
    score = {"dev": units / 100 + config["batch_size"] / 1e5}
    (options.output / "dev.json").write_text(json.dumps(score))


RECIPE = Recipe(
    name="told",
    file=__file__,
    task="token-tagging",
    summary="trains nothing",
    keys={**BRACKETS.keys, "kept": Key(2, "what no search changes")},
    read=lambda options: None,
    space=BRACKETS.space,
    describe=lambda labels: "trains nothing",
    data="nothing",
    run=run,
    add_arguments=add_arguments,
)

if __name__ == "__main__":
    RECIPE.main()
