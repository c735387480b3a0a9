"""Importing this module raises an error that says how to install Keras, where it is missing.

The packages that need Keras import it first.
"""

from zoo.extras import hint_of_missing_extra

with hint_of_missing_extra():
    import keras  # noqa: F401
