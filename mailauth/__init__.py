"""Who really sent this: DNS in, results out; no database."""
