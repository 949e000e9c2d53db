"""Links: who may answer once, and with which coarse attributes. Never who has answered."""
