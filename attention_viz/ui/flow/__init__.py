"""What the page Flow alone needs."""
