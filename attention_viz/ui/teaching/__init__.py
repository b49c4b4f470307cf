"""What the page for teachers alone needs."""
