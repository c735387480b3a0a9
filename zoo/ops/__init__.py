"""Pure functions on tensors with `keras.ops`: cell steps, scans, masked reductions, the CRF."""
