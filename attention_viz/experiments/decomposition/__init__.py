"""Decomposition: a number of a model as a sum of what the parts of its network add, with the scales of its norms frozen."""
