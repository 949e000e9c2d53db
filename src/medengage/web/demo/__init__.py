"""A demonstration: an invented region with open and closed surveys, to try everything.

Only where ``MEDENGAGE_DEMO`` is set, which development alone allows. It walks the same path as
real surveys: rosters, links, answers, closing, publication.
"""
