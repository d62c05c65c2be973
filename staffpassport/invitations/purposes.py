"""What messages about an invitation are for. Both are about the invitation's id, and have the same links."""

INVITATION = "invitation"
REMINDER = "reminder"
ALL = (INVITATION, REMINDER)
