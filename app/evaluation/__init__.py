"""How well quotations are found and attributed, measured against annotated articles."""
