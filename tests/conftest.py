"""Settings of the tests: Hypothesis draws the same examples on every run, unless the profile `search` is asked for."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# How long an example takes depends on the machine, so nothing here is a matter of time.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search", deadline=None, max_examples=3000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
