"""The ticket (工单): what an appeal is about, where, by whom, and who is responsible for it."""
