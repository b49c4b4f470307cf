"""What the page In many texts alone needs."""
