"""The forms: each has the floor for one part of a conversation."""
