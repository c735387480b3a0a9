"""Bidirectional recurrent networks: layers from scratch, recipes, and trained models.

Names are resolved on first use, so `import zoo` loads neither TensorFlow nor Keras.

>>> import zoo
>>> card = zoo.info("bilstm-brackets")
>>> card.task
'token-tagging'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_FUNCTIONS = {
    "evaluate": "zoo.evaluation",
    "info": "zoo.hub",
    "list_models": "zoo.hub",
    "load": "zoo.hub",
    "show": "zoo.runtime",
    "train": "zoo.recipes",
}

__all__ = [
    "__version__",
    "callbacks",
    "data",
    "evaluate",
    "export",
    "hub",
    "info",
    "inspect",
    "layers",
    "list_models",
    "load",
    "metrics",
    "models",
    "ops",
    "pipeline",
    "recipes",
    "runtime",
    "show",
    "sklearn",
    "tasks",
    "text",
    "train",
    "training",
    "tuning",
]

if TYPE_CHECKING:
    from zoo import (
        callbacks,
        data,
        export,
        hub,
        inspect,
        layers,
        metrics,
        models,
        ops,
        pipeline,
        recipes,
        runtime,
        sklearn,
        tasks,
        text,
        training,
        tuning,
    )
    from zoo.evaluation import evaluate
    from zoo.hub import info, list_models, load
    from zoo.recipes import train
    from zoo.runtime import show
else:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module 'zoo' has no attribute {name!r}")
        try:
            if name in _FUNCTIONS:
                return getattr(import_module(_FUNCTIONS[name]), name)
            return import_module(f"zoo.{name}")
        except ModuleNotFoundError as error:
            from zoo.extras import missing_extra

            if hint := missing_extra(error):
                # An AttributeError, so that `help(zoo)` and `hasattr` work without the extra.
                raise AttributeError(f"zoo.{name}: {hint}") from error
            raise


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
