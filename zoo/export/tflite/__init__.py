"""TFLite files with builtin operators only: conversion, recurrent loops, signatures."""

from zoo.export.tflite.convert import QUANTIZATIONS, ExportError
from zoo.export.tflite.keras_report import ConversionReport
from zoo.export.tflite.model import VARIANTS, export_tflite
from zoo.export.tflite.string_words import check_string_words, export_string_words, string_inputs

__all__ = [
    "QUANTIZATIONS",
    "VARIANTS",
    "ConversionReport",
    "ExportError",
    "check_string_words",
    "export_string_words",
    "export_tflite",
    "string_inputs",
]
