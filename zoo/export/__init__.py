"""Export of trained models: SavedModel, TFLite, and the check that both are what they should be."""

from zoo.export.device.bundle import write_bundle
from zoo.export.folder import export_folder
from zoo.export.gate import AccuracyError, check_accuracy
from zoo.export.saved_model.model import check_saved_model, export_saved_model
from zoo.export.saved_model.text_answers import check_texts
from zoo.export.tflite.convert import QUANTIZATIONS, ExportError
from zoo.export.tflite.model import VARIANTS, export_tflite
from zoo.export.tflite.string_words import export_string_words, string_inputs
from zoo.export.variants import export_strings, export_variant, verify_folder
from zoo.export.verify import ExportReport, verify_tflite

__all__ = [
    "QUANTIZATIONS",
    "VARIANTS",
    "AccuracyError",
    "ExportError",
    "ExportReport",
    "check_accuracy",
    "check_saved_model",
    "check_texts",
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
]
