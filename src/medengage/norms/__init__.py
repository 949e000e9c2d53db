"""Norms from many organisations, of which no answer leaves any of them."""
