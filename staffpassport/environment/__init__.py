"""Every setting that comes from the environment. A bad value, a missing one or a misspelt name stops the start with one
sentence.
"""
