"""The pages of inviting many, in the order of the journey: beginning, reviewing, following."""
