"""Recurrent layers: cells, bidirectional and one-way wrappers, stacks."""
