"""The world outside: which hosts we may talk to, names, and secrets at rest."""
