"""Rows: the tables and the only SQL. Functions take a session and never commit."""
