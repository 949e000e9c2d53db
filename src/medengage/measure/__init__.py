"""The private side: from the answers of single doctors to findings that may leave the room."""
