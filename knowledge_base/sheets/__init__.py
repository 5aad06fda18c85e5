"""Entries as sheets (Excel, CSV) and as JSON for other systems: in and out."""
