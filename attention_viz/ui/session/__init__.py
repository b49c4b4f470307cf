"""The session: what a visitor chose, where it is kept, and the text and the model in use."""
