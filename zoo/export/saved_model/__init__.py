"""SavedModels that answer texts and ids in plain TensorFlow, without this package."""

from zoo.export.saved_model.model import check_saved_model, export_saved_model
from zoo.export.saved_model.text_answers import check_texts

__all__ = ["check_saved_model", "check_texts", "export_saved_model"]
