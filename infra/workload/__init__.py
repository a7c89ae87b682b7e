"""The demo workload: credit scoring, its container image and its manifest."""
