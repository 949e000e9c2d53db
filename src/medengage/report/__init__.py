"""Words, tables, pictures: findings become a ``Report``, a report becomes a file."""
