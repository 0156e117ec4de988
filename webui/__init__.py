"""Look and correct: pages and the HTTP API."""
