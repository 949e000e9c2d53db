"""The web application: from the list of doctors to the closed campaign and its report."""
