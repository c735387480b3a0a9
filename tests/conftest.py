"""Settings of all tests."""

from hypothesis import settings

# How long an example takes tells how busy the machine is, not whether it is right.
settings.register_profile("zoo", deadline=None)
settings.load_profile("zoo")
