"""Text to decision: one pure state machine for a conversation."""
