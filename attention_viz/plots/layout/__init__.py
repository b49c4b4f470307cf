"""Layout: the sheet that a plot stands on: its size, its colours, its scale, its words."""
