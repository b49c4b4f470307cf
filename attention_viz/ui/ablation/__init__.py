"""What the page Switch heads off alone needs."""
