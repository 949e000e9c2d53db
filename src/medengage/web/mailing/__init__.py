"""Letters: their wording, the outbox, and links on paper. Never who has answered."""
