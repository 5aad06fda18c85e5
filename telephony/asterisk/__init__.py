"""The telephone line of a city: Asterisk carries the calls, this package takes and steers them."""
