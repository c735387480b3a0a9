"""Models of the zoo in scikit-learn: a classifier and a vectorizer; needs the `sklearn` extra."""

from zoo.extras import hint_of_missing_extra

with hint_of_missing_extra():
    from zoo.sklearn.classifier import TextClassifier
    from zoo.sklearn.vectorizer import TextVectorizer

__all__ = ["TextClassifier", "TextVectorizer"]
