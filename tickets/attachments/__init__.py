"""Photos, sound and documents that belong to a ticket (附件)."""
