"""A configuration of one step of a tiny network on the cases beside it."""

TINY_TRAINING = """
[training]
output = "out"
iterations = 1
previews = false
workers = 0
device = "cpu"

[data]
own = "cases"
background = "known"

[network]
channels = [8, 8]
convolutions = [1, 1]
"""
