"""Appeals of our own writing, by category and kind."""
