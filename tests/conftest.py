"""What every test shares: no law is judged by the clock, and each run of the laws says how to repeat it.

`make check` draws few examples of each law (`--hypothesis-profile quick`), the whole suite a hundred.
"""

from hypothesis import settings

settings.register_profile("suite", deadline=None, print_blob=True)
settings.register_profile("quick", deadline=None, print_blob=True, max_examples=8)
settings.load_profile("suite")
