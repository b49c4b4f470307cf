"""What the page Learn alone needs."""
