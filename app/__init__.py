"""A searchable web archive of reporting on EU-UK defence."""

__version__ = "0.1.0"
