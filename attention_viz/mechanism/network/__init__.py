"""Network: layers and whole networks made of attention."""
