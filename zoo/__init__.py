"""Bidirectional recurrent networks: layers from scratch, recipes, and trained models.

Names are resolved on first use, so `import zoo` loads neither TensorFlow nor Keras.

>>> import zoo
>>> card = zoo.info("bilstm-brackets")
>>> card.task
'token-tagging'
"""

from importlib import import_module

__version__ = "0.1.0"

_ROOMS = (
    "data",
    "export",
    "hub",
    "inspect",
    "layers",
    "models",
    "ops",
    "runtime",
    "tasks",
    "text",
    "training",
)
_FUNCTIONS = {"info": "zoo.hub", "list_models": "zoo.hub", "load": "zoo.hub"}

__all__ = ["__version__", *_FUNCTIONS, *_ROOMS]


def __getattr__(name):
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), name)
    if name in _ROOMS:
        return import_module(f"zoo.{name}")
    raise AttributeError(f"module 'zoo' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})
