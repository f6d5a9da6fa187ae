"""The pages: parameters, then a verb or a simple read, then a template."""
