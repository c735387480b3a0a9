"""Weights moved between layers of the zoo, of Keras and of torch."""
