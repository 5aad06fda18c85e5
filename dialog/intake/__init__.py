"""Taking a ticket in: slots in an order, filled by whatever the caller says, whenever it is said."""
