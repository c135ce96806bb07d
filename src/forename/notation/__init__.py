"""What people write and what it means: names, dates, coordinates, places, amounts. Pure."""
