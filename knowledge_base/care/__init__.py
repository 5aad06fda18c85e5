"""Care: what the entries are used for, what is to be done about them, and whom to remind."""
