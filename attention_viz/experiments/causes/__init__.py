"""Causes: what the answer owes to single links and heads, found by changing them."""
