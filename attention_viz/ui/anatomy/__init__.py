"""What the page Anatomy alone needs."""
