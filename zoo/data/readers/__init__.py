"""Readers of a user's own files: tagged sentences and labelled texts in many formats."""
