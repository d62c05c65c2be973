"""Reports: how many invitations a trust has made in a period, and how they stand, in figures only."""
