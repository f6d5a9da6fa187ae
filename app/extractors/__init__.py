"""Text in, spans out: finds quotations and the people who are given as their speakers."""
