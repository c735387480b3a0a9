"""Measures of a bidirectional model: functions that return numbers."""
