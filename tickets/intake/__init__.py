"""The intake: one way in for the appeals of every channel, repeats found, clusters seen growing."""
