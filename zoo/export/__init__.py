"""Export of trained models: SavedModel, TFLite, and the check that both are what they should be."""

from zoo.export.folder import export_folder
from zoo.export.saved_model import export_saved_model
from zoo.export.tflite import export_tflite
from zoo.export.verify import ExportReport, verify_tflite

__all__ = ["ExportReport", "export_folder", "export_saved_model", "export_tflite", "verify_tflite"]
