"""Who sees what of a ticket, who has looked, and when personal data goes."""
