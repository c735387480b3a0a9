"""The device bundle: a model, its settings and golden vectors, and the code that runs it."""

from zoo.export.device.bundle import write_bundle
from zoo.export.device.settings import bundle_settings
from zoo.export.device.targets import TARGETS, write_target
from zoo.export.device.vocabulary_file import pack_vocabulary

__all__ = ["TARGETS", "bundle_settings", "pack_vocabulary", "write_bundle", "write_target"]
