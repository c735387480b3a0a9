"""Cells: one step of a recurrent network, of one direction or of both."""
