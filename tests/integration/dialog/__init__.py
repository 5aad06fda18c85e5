"""The dialogue with the real knowledge base."""
