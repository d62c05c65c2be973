"""Fields of forms. Each knows its label, hint and sentences, and shows itself as its NHS component.

`parse` takes what was typed and returns the value, or raises a ValueError whose `template`, translated and filled with
its `facts` (else its text), is shown at the field. It is not called for an empty field: that is the field's `missing`
sentence, or the empty value.
"""

from staffpassport.ui.fields.base import FieldMistakeError, Options
from staffpassport.ui.fields.choice import CheckboxesField, RadiosField, SelectField
from staffpassport.ui.fields.date import Boxes, DateField
from staffpassport.ui.fields.file import FileField
from staffpassport.ui.fields.text import (
    CodeField,
    EmailField,
    HiddenField,
    PasswordField,
    TelephoneField,
    TextField,
    WordsField,
)

__all__ = [
    "Boxes",
    "CheckboxesField",
    "CodeField",
    "DateField",
    "EmailField",
    "FieldMistakeError",
    "FileField",
    "HiddenField",
    "Options",
    "PasswordField",
    "RadiosField",
    "SelectField",
    "TelephoneField",
    "TextField",
    "WordsField",
]
