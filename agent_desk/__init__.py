"""The web desk of the people behind the line; its pages arrive with their own issue."""
