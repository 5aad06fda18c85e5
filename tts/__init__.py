"""Text to speech: synthesisers, the prompt cache, how numbers and dates are read aloud."""
