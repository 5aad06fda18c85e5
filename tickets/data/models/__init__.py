"""Models trained from the appeals beside them (`python -m tickets.learning.shipped`)."""
