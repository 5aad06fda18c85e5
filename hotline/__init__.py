"""The front door: the command line, and the one place where adapters are chosen and wired together."""
