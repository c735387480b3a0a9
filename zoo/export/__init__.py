"""Export of trained models to SavedModel, TFLite and device bundles, and their verification."""

import zoo.train_extra  # noqa: F401
from zoo.export.device import write_bundle, write_target
from zoo.export.folder import export_folder
from zoo.export.gate import AccuracyError, check_accuracy
from zoo.export.keras.file import convert
from zoo.export.keras.report import ConversionReport
from zoo.export.report import ExportReport
from zoo.export.saved_model import check_saved_model, check_texts, export_saved_model
from zoo.export.targets import TARGETS, export, export_strings
from zoo.export.tflite.convert import QUANTIZATIONS, ExportError
from zoo.export.tflite.model import VARIANTS, export_tflite
from zoo.export.tflite.string_words import export_string_words, string_inputs
from zoo.export.variants import export_variant, verify_folder
from zoo.export.verify import verify_tflite

__all__ = [
    "QUANTIZATIONS",
    "TARGETS",
    "VARIANTS",
    "AccuracyError",
    "ConversionReport",
    "ExportError",
    "ExportReport",
    "check_accuracy",
    "check_saved_model",
    "check_texts",
    "convert",
    "export",
    "export_folder",
    "export_saved_model",
    "export_string_words",
    "export_strings",
    "export_tflite",
    "export_variant",
    "string_inputs",
    "verify_folder",
    "verify_tflite",
    "write_bundle",
    "write_target",
]
