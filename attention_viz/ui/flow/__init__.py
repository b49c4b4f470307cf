"""What the page Through the layers alone needs."""
