"""The pages of the staff member's side, and HR's answer to corrected contact details."""
