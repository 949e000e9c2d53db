"""Published results: reports to read and to download. Sees findings, never answers."""
