"""Supervision (督办): the ladder that a ticket climbs while nothing happens to it, and who is told."""
