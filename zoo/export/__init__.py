"""Export of trained models: SavedModel, TFLite, and the check that both are what they should be."""

from zoo.export.convert import QUANTIZATIONS, ExportError
from zoo.export.folder import export_folder
from zoo.export.gate import AccuracyError, check_accuracy
from zoo.export.kit import write_kit
from zoo.export.saved_model import check_saved_model, export_saved_model
from zoo.export.tflite import VARIANTS, export_tflite
from zoo.export.variants import export_variant, verify_folder
from zoo.export.verify import ExportReport, verify_tflite

__all__ = [
    "QUANTIZATIONS",
    "VARIANTS",
    "AccuracyError",
    "ExportError",
    "ExportReport",
    "check_accuracy",
    "check_saved_model",
    "export_folder",
    "export_saved_model",
    "export_tflite",
    "export_variant",
    "verify_folder",
    "verify_tflite",
    "write_kit",
]
