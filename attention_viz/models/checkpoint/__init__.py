"""Checkpoint: the files of a model, looked at, checked and loaded."""
