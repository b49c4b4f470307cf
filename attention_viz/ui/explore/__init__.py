"""What the page Explore alone needs."""
