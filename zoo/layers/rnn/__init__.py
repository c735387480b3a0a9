"""Recurrent layers: cells, bidirectional and unidirectional layers, stacks."""
