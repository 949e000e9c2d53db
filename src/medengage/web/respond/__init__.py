"""The respondents' pages: the one place where links and answers meet, and only in passing."""
