"""The CRF output layer and its loss."""
