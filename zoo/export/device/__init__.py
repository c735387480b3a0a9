"""The device bundle: a folder with a model, its settings, golden answers and example code."""
