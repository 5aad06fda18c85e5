"""What a city's own letters teach: their category or department, what is new in them, what many of them are about."""
