"""Weight exchange between layers of the zoo, of Keras and of PyTorch."""
