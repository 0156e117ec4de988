"""What stands beside a letter: who it is with, what it is about, other mail with them, who sees it."""
