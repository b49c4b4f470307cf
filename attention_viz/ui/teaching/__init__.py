"""What the page Teach alone needs."""
