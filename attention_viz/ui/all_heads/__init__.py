"""All heads of a model as a table, a map and charts, which more than one page draws."""
