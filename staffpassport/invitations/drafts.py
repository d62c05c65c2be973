"""What HR has typed about a person and not yet confirmed, under the id that the passport will get."""

from staffpassport.ui.drafts import Drafts

DRAFTS = Drafts("invitation")
save, load, forget = DRAFTS.save, DRAFTS.load, DRAFTS.forget
