"""Tagging a corpus that outgrows a machine, with Apache Beam; needs the [beam] extra.

Names are resolved on first use, so that the command line can describe its command without Beam.
The guide "Tag a big corpus" in `docs` describes the output and how to run it elsewhere.
"""

from importlib import import_module

_NAMES = {"PredictorHandler": "zoo.pipeline.handler", "tag_corpus": "zoo.pipeline.run"}

__all__ = list(_NAMES)


def __getattr__(name):
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'zoo.pipeline' has no attribute {name!r}")
