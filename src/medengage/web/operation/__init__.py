"""What whoever runs the application does: copies, periodic work, looking whether all is well."""
