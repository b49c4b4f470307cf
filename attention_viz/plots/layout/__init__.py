"""Layout: the sheet on which a plot is drawn: its style, size, colours, scale and words."""
