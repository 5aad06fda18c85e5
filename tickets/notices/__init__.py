"""Notices to officers and citizens: kept with the step that they are about, delivered after it, tried again."""
