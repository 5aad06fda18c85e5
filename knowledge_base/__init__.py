"""The city's knowledge: entries, the index over them, and the decision to answer or not."""
