"""From closed campaigns to published results: the only app that reads answers."""
