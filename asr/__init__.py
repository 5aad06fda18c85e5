"""Speech to text: recognisers, voice activity, end of turn, text clean-up."""
