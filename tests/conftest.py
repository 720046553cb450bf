"""What every test shares: no law is judged by the clock, and each run of the laws says how to repeat it."""

from hypothesis import settings

settings.register_profile("suite", deadline=None, print_blob=True)
settings.load_profile("suite")
