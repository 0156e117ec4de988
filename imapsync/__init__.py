"""Import from mailboxes: the other way in (not there yet)."""
