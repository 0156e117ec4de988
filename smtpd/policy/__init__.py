"""Facts in, a Reply or nothing out; one file a verb; no sockets, no aiosmtpd, no ingest."""
