"""The comparison of directions on the diagnostic tasks: training, table and picture."""
