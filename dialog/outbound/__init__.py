"""Calls that the hotline makes: call-back of missed calls (漏接回拨) and follow-up of closed tickets (回访)."""
