"""Conversion of any Keras model with recurrent layers to TFLite, compared with the model."""
