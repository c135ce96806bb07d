"""What people write and what it means: names, dates, coordinates, codes. Pure."""
