"""`./dev demo`: a small sales company on SQLite, twelve mails over real SMTP, and where each went.

The world is data: people and records in world.toml, mails in letters.toml, what to try in guide.toml.
"""
