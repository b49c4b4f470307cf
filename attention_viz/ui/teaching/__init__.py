"""What the page For teachers alone needs."""
