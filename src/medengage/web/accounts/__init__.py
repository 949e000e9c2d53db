"""Who works with medengage: people, organisations and their units, roles, and what was done."""
