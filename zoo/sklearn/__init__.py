"""Text classification as an estimator of scikit-learn; needs the `sklearn` extra."""

from zoo.extras import hint_of_missing_extra

with hint_of_missing_extra():
    from zoo.sklearn.classifier import TextClassifier

__all__ = ["TextClassifier"]
