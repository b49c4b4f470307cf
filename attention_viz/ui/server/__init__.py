"""What surrounds the pages: who is let in, what visitors may ask, headers, health, log."""
