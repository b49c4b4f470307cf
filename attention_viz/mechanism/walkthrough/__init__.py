"""Walkthrough: one head and one layer, computed a step at a time with every number kept."""
