"""Metrics and reports: span F1, accuracy, calibration, tables over seeds."""
