"""Pure functions on tensors, on `keras.ops`: cell steps, the two-way scan, masked reductions."""
