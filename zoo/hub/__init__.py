"""Bundled models, model cards, and integrity checks of files; imports nothing heavy."""

from zoo.hub.card import FileRecord, Metric, ModelCard
from zoo.hub.errors import CardError, ModelFileError, UnknownModelError
from zoo.hub.load import load
from zoo.hub.registry import info, list_models
from zoo.hub.store import bundled, resolve, verify_files, write_card

__all__ = [
    "CardError",
    "FileRecord",
    "Metric",
    "ModelCard",
    "ModelFileError",
    "UnknownModelError",
    "bundled",
    "info",
    "list_models",
    "load",
    "resolve",
    "verify_files",
    "write_card",
]
