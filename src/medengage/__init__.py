"""Measure, compare, understand and improve medical engagement."""
