"""People, operations, roles: who may do what."""
