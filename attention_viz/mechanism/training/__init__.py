"""Learning: small tasks, and a network trained on them."""
