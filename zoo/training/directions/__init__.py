"""Comparison of models that read forward, backward or in both directions, on bracket tagging."""

from zoo.training.directions.recipe import compare_directions

__all__ = ["compare_directions"]
