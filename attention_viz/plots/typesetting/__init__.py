"""Typesetting: fonts, labels and lines of any script on paper."""
