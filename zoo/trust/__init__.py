"""Checks of model folders from elsewhere, before a file of them is used; imports nothing heavy."""
