"""Widgets that draw what they are given: notices, tables, pickers, drawers, the live view's component."""
