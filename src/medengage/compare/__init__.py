"""Findings beside other findings, a norm or an earlier wave: made of released figures alone."""
