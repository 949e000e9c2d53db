"""What all tests share: Hypothesis without deadlines, because shared machines have no clocks."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
