"""The ways of five cities with tickets, after their own reports."""
