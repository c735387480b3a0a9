"""The device bundle: a folder with a model, its settings, golden vectors and example code."""

from zoo.export.device.bundle import write_bundle
from zoo.export.device.settings import bundle_settings
from zoo.export.device.vocabulary_file import pack_vocabulary

__all__ = ["bundle_settings", "pack_vocabulary", "write_bundle"]
