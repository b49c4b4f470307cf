"""Relations: which words of a text stand in a relation, and how often a head's strongest link is one of them."""
