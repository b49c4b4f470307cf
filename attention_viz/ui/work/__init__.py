"""Work: what is computed for visitors, when, and for how long it is kept."""
