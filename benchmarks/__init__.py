"""Speed against named baselines, measured in the same run; never part of the tests."""
