"""Keep, then think, then write."""
