"""Commands for those who make a model: train, tune, export, verify."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import Any

import zoo
from zoo.cli.arguments import Commands, UsageError, add_command, whole_number
from zoo.printing import table_lines
from zoo.recipes import all_recipes, recipe_named

RECIPE = "a recipe's name, or your own file of one: my_recipe.py; see: zoo recipes"


def add_commands(commands: Commands) -> None:
    """Add the commands to those of a parser."""
    sub = add_command(
        commands, "train", _train, "run a recipe, with its own arguments after its name", json=False
    )
    sub.add_argument("recipe", help=RECIPE)
    sub.add_argument("arguments", nargs=argparse.REMAINDER, help="see: zoo train RECIPE --help")

    add_command(commands, "recipes", _recipes, "list the recipes that zoo train and zoo tune take")

    sub = add_command(commands, "tune", _tune, "search for a recipe's best configuration")
    sub.add_argument("recipe", help=RECIPE)
    sub.add_argument("--trials", type=whole_number, default=8, help="how many (default 8)")
    sub.add_argument("--workers", type=whole_number, default=1, help="trials side by side")
    sub.add_argument("--gpus", help="their numbers, such as 0,1: each worker sees one, in turn")
    sub.add_argument("--algorithm", default="random", help="random, bayesian or hyperband")
    sub.add_argument("--epochs", type=whole_number, help="of a trial (default: the recipe's)")
    sub.add_argument("--seed", type=int, default=0, help="of the search")
    sub.add_argument("--only", nargs="+", default=[], metavar="NAME", help="search these alone")
    sub.add_argument("--output", type=Path, help="its folder (default runs/tune-RECIPE)")
    sub.add_argument("--apply", action="store_true", help="the recipe trains as the best from now")
    sub.add_argument(
        "--arguments", nargs=argparse.REMAINDER, default=[], help="the recipe's own, to the end"
    )

    sub = add_command(
        commands, "export", _export, "write another TFLite file of a model, or a device bundle"
    )
    sub.add_argument("name", help="a model's name, or path:DIR")
    target = sub.add_mutually_exclusive_group(required=True)
    target.add_argument("--to", metavar="FOLDER", help="write a model folder; new or empty")
    target.add_argument("--strings", metavar="FILE", help="write a file that takes words")
    target.add_argument("--bundle", metavar="FOLDER", help="write a device bundle; new or empty")
    sub.add_argument("--variant", default="fused", help="fused, while or unrolled")
    sub.add_argument("--quantization", default="float32", help="float32, float16, dynamic or int8")
    sub.add_argument("--length", type=whole_number, help="number of tokens, for unrolled")
    sub.add_argument(
        "--bound",
        type=float,
        default=0.2,
        help="points that a quantized file may lose",
    )
    _add_corpus(sub)

    sub = add_command(
        commands, "verify", _verify, "compare an export with its model; exit code 1 if they differ"
    )
    sub.add_argument("path", help="a model folder, or a .tflite file in one")
    _add_corpus(sub)


def _add_corpus(sub):
    sub.add_argument("--corpus", help="examples for the task metric: CoNLL format, or CSV of texts")
    sub.add_argument("--limit", type=whole_number, help="use only this many of them")


def _recipe(name):
    try:
        return recipe_named(name)
    except ValueError as error:
        raise UsageError(error) from error


def _train(args):
    _recipe(args.recipe).main(args.arguments)


def _recipes(args):
    recipes = all_recipes()
    if args.json:
        print(json.dumps({name: each.summary for name, each in recipes.items()}, indent=2))
        return
    print(table_lines([{"recipe": name, "trains": each.summary} for name, each in recipes.items()]))


def _tune(args):
    recipe = _recipe(args.recipe)
    recipe.parse([*args.arguments])  # a wrong argument is said before anything is loaded
    from zoo.tuning import SearchError, Study, apply_best, gain, search

    chosen = {name: getattr(args, name) for name in ("algorithm", "trials", "epochs", "seed")}
    gpus = args.gpus.split(",") if args.gpus else ()
    folder = args.output or Path("runs") / f"tune-{recipe.name}"
    report = (lambda line: None) if args.json else (lambda line: print(line, flush=True))
    try:
        lists: dict[str, Any] = {name: tuple(getattr(args, name)) for name in ("only", "arguments")}
        study = Study(args.recipe, **chosen, **lists)
        results = search(study, folder, args.workers, gpus, report)
        applied = args.apply and apply_best(results, recipe.tuned)
    except (SearchError, ValueError, OSError) as error:
        raise UsageError(error) from error
    if args.json:
        print(json.dumps([result._asdict() for result in results], indent=2))
        return
    print(f"\n{folder / 'trials.csv'}; tensorboard --logdir {folder / 'logs'}")
    if (better := gain(results)) is not None:
        print(f"the best is {100 * better:.2f} above the recipe's own configuration, on dev")
    if applied:
        print(f"{applied}: what zoo train {args.recipe} starts from")
    elif results and results[0].dev is not None:
        print(f"the best, for --config: {json.dumps(results[0].config)}")


def _verify(args):
    from zoo.export import verify_folder
    from zoo.hub.card import read_json

    path = Path(args.path)
    if not path.exists():
        raise UsageError(f"PATH must be a model folder or a .tflite file; got {args.path!r}")
    folder = path if path.is_dir() else path.parent
    task = args.corpus and read_json(folder / "config.json").get("task")
    return _report(args, verify_folder(path, _metric(task, args)))


def _export(args):
    from zoo.export import export

    targets = {"tflite": args.to, "strings": args.strings, "device": args.bundle}
    target, output = next(item for item in targets.items() if item[1] is not None)
    options = {name: getattr(args, name) for name in ("variant", "quantization", "length", "bound")}
    metric = _metric(zoo.info(args.name).task, args)
    made: Any = _written(partial(export, args.name, output, target, metric=metric, **options))
    if target == "tflite":
        return _report(args, made)
    if target == "device":
        files = sorted(path.name for path in made.iterdir())
        print(json.dumps(files) if args.json else f"{made}: {', '.join(files)}")
    else:
        print(json.dumps(str(made)) if args.json else f"{made}: {made.stat().st_size:,} bytes")
    return None


def _written(make):
    from zoo.export import ExportError

    try:
        return make()
    except (ExportError, ValueError, OSError) as error:
        raise UsageError(error) from error


def _metric(task, args):
    if args.corpus is None:
        return None
    if not Path(args.corpus).exists():
        raise UsageError(f"--corpus must be a file or folder; got {args.corpus!r}")
    from zoo.metrics.examples import read_task_metric

    return read_task_metric(task, args.corpus, args.limit)


def _report(args, report):
    print(json.dumps(report.to_dict(), indent=2) if args.json else table_lines(report.rows()))
    return int(bool(report.problems))
