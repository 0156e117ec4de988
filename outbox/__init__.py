"""The one door out."""
