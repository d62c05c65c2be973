"""The pages of one person's invitation: inviting, and what is done from a record."""
