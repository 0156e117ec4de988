"""What is it about: parties, records, threads, rules, links, visibility."""
