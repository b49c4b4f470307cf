"""What the page Without it alone needs."""
