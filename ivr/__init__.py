"""One telephone call: joins a line, a recogniser, the dialogue and a synthesiser."""
