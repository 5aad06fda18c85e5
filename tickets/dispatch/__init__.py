"""Dispatch (派单): whose a ticket is, why, and what returns teach."""
