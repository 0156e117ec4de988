"""Who may do what: companies, users, senders, addresses, policies."""
