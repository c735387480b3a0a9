"""Predictions for a corpus of any size, with Apache Beam; requires the [beam] extra.

Names are resolved on first use, so that the command line works without Beam. The guide "Tag a big
corpus" in `docs` describes the output and other runners.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zoo.extras import hint_of_missing_extra

__all__ = ["PredictorHandler", "tag_corpus"]

_MODULES = {"PredictorHandler": "zoo.pipeline.handler", "tag_corpus": "zoo.pipeline.run"}

if TYPE_CHECKING:
    from zoo.pipeline.handler import PredictorHandler
    from zoo.pipeline.run import tag_corpus
else:

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            with hint_of_missing_extra():
                return getattr(import_module(_MODULES[name]), name)
        raise AttributeError(f"module 'zoo.pipeline' has no attribute {name!r}")
