"""The inbox of questions that the hotline could not answer (没答上来的)."""
