"""Forms of the report room."""
