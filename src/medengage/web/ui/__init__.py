"""Base templates, components and styles of all pages."""
