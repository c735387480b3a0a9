"""Taggers and classifiers for many texts at a time, in NumPy."""
