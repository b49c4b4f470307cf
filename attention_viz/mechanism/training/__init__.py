"""Training: small tasks, and a network trained on them."""
