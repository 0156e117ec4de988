"""What pages, mails and sentences are spoken in: English in the source, each other language in a catalogue."""
