"""Tables, sessions, queues of rows and raw content."""
