"""What the lessons alone need."""
