"""Receive: the only code that speaks SMTP to strangers."""
