"""Embedded: the models that come with the program, so that no network is needed."""
