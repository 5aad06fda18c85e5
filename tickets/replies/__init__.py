"""Templates (答复模板): replies, notices and text messages whose facts come from the ticket."""
