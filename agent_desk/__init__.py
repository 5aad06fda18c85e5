"""The desk of the people behind the line: its HTTP API, described in OpenAPI; its pages arrive on top of it."""
