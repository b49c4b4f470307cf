"""What the page Heads alone needs."""
