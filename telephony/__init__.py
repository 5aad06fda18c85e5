"""The telephone line: audio in, audio out, who called, key presses, transfer, hang-up."""
