"""Measures: peers and ourselves in the same run, as ratios. Nothing of this is needed to run the product."""
