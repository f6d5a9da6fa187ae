"""Rows in, bytes out: what the archive knows, in the formats that other programs read. Pure and streamed."""
