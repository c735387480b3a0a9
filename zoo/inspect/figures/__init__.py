"""Figures of what was measured: functions from data to `matplotlib.figure.Figure`."""
