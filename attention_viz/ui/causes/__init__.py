"""What the page Causes alone needs."""
