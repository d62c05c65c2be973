"""Forms whose fields write themselves: a template says `{{ form.email }}` and gets the NHS component."""

from __future__ import annotations

from django import forms

from staffpassport.ui.bound import NhsBoundField


class NhsFormMixin:
    """For forms that others define, such as allauth's: `class LoginForm(NhsFormMixin, allauth.LoginForm)`.

    Their own fields are shown by the component that fits their widget.
    """

    bound_field_class: type[forms.BoundField] | None = NhsBoundField
    # The service checks what was typed and says what is wrong; the browser's own bubbles would come first.
    use_required_attribute = False


class Form(NhsFormMixin, forms.Form):
    """The base of our own forms. Forms are written with `novalidate`."""
