"""What HR has typed about a person and not yet confirmed, under the id that the passport will get."""

from staffpassport.ui.drafts import Drafts

_drafts = Drafts("invitation")
save, load, forget = _drafts.save, _drafts.load, _drafts.forget
