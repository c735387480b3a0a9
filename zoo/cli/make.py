"""Commands for those who make a model: train, tune, export, verify."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import Any

import zoo
from zoo.cli.arguments import READERS, Commands, UsageError, add_command, reader_options
from zoo.data.readers.options import add_reader_arguments
from zoo.printing import fact_lines, table_lines
from zoo.recipes import all_recipes, recipe_named
from zoo.recipes.checks import whole_number

EXPORT_OPTIONS = ("variant", "quantization", "length", "bound", "litert")
RECIPE = "name of a recipe (see: zoo recipes), or path of your own: my_recipe.py"


def add_commands(commands: Commands) -> None:
    """Add the commands to those of a parser."""
    sub = add_command(
        commands, "train", _train, "train a recipe; its own arguments follow its name", json=False
    )
    sub.add_argument("recipe", help=RECIPE)
    sub.add_argument("arguments", nargs=argparse.REMAINDER, help="see: zoo train RECIPE --help")

    add_command(commands, "recipes", _recipes, "list the recipes of zoo train and zoo tune")

    _add_tune(commands)

    sub = add_command(
        commands, "export", _export, "write another TFLite file of a model, or a folder for an app"
    )
    sub.add_argument("name", help="a model's name, or path:DIR")
    output = sub.add_mutually_exclusive_group(required=True)
    output.add_argument("--to", metavar="FOLDER", help="the folder to write; new or empty")
    output.add_argument("--strings", metavar="FILE", help="write a file that takes words")
    platforms = "tflite, a model folder (default); or for an app: python, web, android, ios"
    sub.add_argument("--target", default="tflite", help=platforms)
    packages = "for web: a folder node_modules with @litertjs/core (default: npm fetches it)"
    sub.add_argument("--litert", metavar="FOLDER", help=packages)
    variants = "while (default), fused, unrolled or fixed-lengths; for an app by its platform"
    sub.add_argument("--variant", help=variants)
    sub.add_argument("--quantization", help="float32 (default), float16, dynamic or int8")
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


def _add_tune(commands):
    sub = add_command(commands, "tune", _tune, "search for the best configuration of a recipe")
    sub.add_argument("recipe", help=RECIPE)
    for name, default, help in (
        ("trials", 8, "number of trials (default 8)"),
        ("workers", 1, "number of trials that run in parallel (default 1)"),
        ("epochs", None, "epochs of a trial (default: the recipe's own)"),
    ):
        sub.add_argument(f"--{name}", type=whole_number, default=default, help=help)
    sub.add_argument("--gpus", help="ids of GPUs, such as 0,1, assigned to the workers in turn")
    algorithms = "random (default), bayesian or hyperband"
    sub.add_argument("--algorithm", default="random", help=algorithms)
    sub.add_argument("--seed", type=int, default=0, help="seed of the search (default 0)")
    only = "search only these hyperparameters"
    sub.add_argument("--only", nargs="+", default=[], metavar="NAME", help=only)
    sub.add_argument("--output", type=Path, help="folder of the search (default runs/tune-RECIPE)")
    applied = "make the best configuration the recipe's default"
    sub.add_argument("--apply", action="store_true", help=applied)
    rest = "arguments of the recipe; must come last"
    sub.add_argument("--arguments", nargs=argparse.REMAINDER, default=[], help=rest)


def _add_corpus(sub):
    sub.add_argument("--corpus", help="examples for the task metric: CoNLL format, or CSV of texts")
    sub.add_argument("--limit", type=whole_number, help="use only this many of them")
    add_reader_arguments(sub, *READERS)


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
    recipe.parse([*args.arguments])  # report a wrong argument before TensorFlow is loaded
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
        print(f"gain over the recipe's own configuration: {100 * better:.2f} points on dev")
    if applied:
        print(f"{applied}: the best configuration, now the default of zoo train {args.recipe}")
    elif results and results[0].dev is not None:
        print(f"best configuration, for --config: {json.dumps(results[0].config)}")


def _verify(args):
    from zoo.export import verify_folder
    from zoo.hub.card import read_json

    path = Path(args.path)
    if not path.exists():
        raise UsageError(f"PATH must be a model folder or a .tflite file; got {args.path!r}")
    folder = path if path.is_dir() else path.parent
    _try_in_child(folder)
    task = args.corpus and read_json(folder / "config.json").get("task")
    return _report(args, verify_folder(path, _metric(task, args)))


def _try_in_child(folder):
    """Open a model folder that is not bundled in a process of its own first."""
    from zoo.hub import ModelCard, bundled
    from zoo.hub.card import CARD_FILE
    from zoo.hub.load import MAIN_FILES
    from zoo.runtime.child import open_in_child

    if folder.resolve().parent == bundled("saved_models") or not (folder / CARD_FILE).is_file():
        return
    listed = ModelCard.read(folder).files
    open_in_child(folder, [runtime for runtime, file in MAIN_FILES.items() if file in listed])


def _export(args):
    from zoo.export import export

    target, output = (args.target, args.to) if args.to else ("strings", args.strings)
    options = {name: getattr(args, name) for name in EXPORT_OPTIONS}
    metric = _metric(zoo.info(args.name).task, args)
    made: Any = _written(partial(export, args.name, output, target, metric=metric, **options))
    if target == "tflite":
        return _report(args, made)
    if made.is_dir():
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

    return read_task_metric(task, args.corpus, args.limit, **reader_options(args))


def _report(args, report):
    print(json.dumps(report.to_dict(), indent=2) if args.json else fact_lines(report.facts()))
    return int(bool(report.problems))
