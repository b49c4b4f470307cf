"""Reading: from texts to what a model is given, and to the attention of its passes."""
