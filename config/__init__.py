"""What the operator decides: settings and logging."""
