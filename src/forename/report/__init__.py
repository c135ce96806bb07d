"""What people said: reports, claims, counts, incidents."""
