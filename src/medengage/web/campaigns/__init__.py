"""Campaigns: what is asked, of whom, when, under which rules."""
