"""Help while writing: what an editor should look at in an entry before it is reviewed."""
