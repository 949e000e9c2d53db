"""Managers' pages, one module for each thing they work on."""
