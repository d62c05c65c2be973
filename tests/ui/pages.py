"""Views and forms of those pages."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from staffpassport.ui.fields import (
    CheckboxesField,
    CodeField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    PasswordField,
    RadiosField,
    SelectField,
    TelephoneField,
    TextField,
)
from staffpassport.ui.forms import Form
from staffpassport.ui.paging import Page
from staffpassport.ui.receiving import takes_files

GROUPS = ["Allied Health Professionals", "Medical and Dental", "Nursing and Midwifery Registered"]
ROLES = [
    ("Allied Health Professionals", ["Dietitian", "Paramedic"]),
    ("Medical and Dental", ["Consultant", "Foundation Year 1"]),
    ("Nursing and Midwifery Registered", ["Midwife", "Staff Nurse"]),
]


def first_name(typed: str) -> str:
    if any(letter.isdigit() for letter in typed):
        raise ValueError("First name must not have digits in it")
    return typed.strip()


class EveryField(Form):
    """One field of each kind, in the order of the form of the reference."""

    first_name = TextField(label="First name", width=20, autocomplete="off", parse=first_name)
    date_of_birth = DateField(
        label="Date of birth", hint="For example, 15 3 1984", required=False, label_size="s"
    )
    email = EmailField(autocomplete="off")
    phone = TelephoneField(
        autocomplete="off", hint="We send a text message to it, so it must be a mobile number"
    )
    staff_group = SelectField(label="Staff group", choices=[(group, group) for group in GROUPS])
    job_role = SelectField(
        label="Job role (optional)",
        choices=[(group, [(role, role) for role in roles]) for group, roles in ROLES],
        narrowed_by="staff_group",
        required=False,
    )
    kind = RadiosField(
        label="I want to create:",
        choices=[
            ("form", "A single passport using a form"),
            ("file", "One or more passports using a CSV file"),
        ],
        option_hints={"file": "Spreadsheets are taken too"},
        label_size="s",
    )
    status = CheckboxesField(
        label="Status",
        choices=[("sent", "Invitation sent"), ("needed", "Appointment needed")],
        label_size="s",
        small=True,
    )
    password = PasswordField()
    code = CodeField(hint="The 6-digit code that your authenticator app shows")
    secret = HiddenField(required=False)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.startswith("known@"):
            from django.core.exceptions import ValidationError

            raise ValidationError(
                format_html(
                    'This email address is already on the record of <a href="{}">{}</a>',
                    "/people/1/",
                    "Ann <Lee>",
                )
            )
        return email


class SignInForm(Form):
    email = EmailField(autocomplete="username")
    password = PasswordField()


class QuestionForm(Form):
    kind = RadiosField(
        label="I want to create:",
        choices=[
            ("form", "A single passport using a form"),
            ("file", "One or more passports using a CSV file"),
        ],
        missing="Choose how you want to create passports",
        page_heading=True,
        label_size="l",
        caption="Create new staff passports",
    )


def page(request: HttpRequest, token: str = "") -> HttpResponse:
    if request.method == "POST":
        messages.success(request, "The invitation has been sent.")
        return redirect("home")
    return render(request, "plain.jinja")


def style_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "style_guide.jinja", {"form": EveryField(request.POST or None)})


def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in.jinja", {"form": SignInForm(request.POST or None)})


def question(request: HttpRequest) -> HttpResponse:
    form = QuestionForm(request.POST if request.method == "POST" else None)
    return render(request, "question.jinja", {"form": form})


class Filters(Form):
    employment_type = CheckboxesField(
        label="Employment type",
        choices=[("permanent", "Permanent or fixed term"), ("temporary", "Temporary mover")],
        required=False,
        small=True,
    )
    employment_status = CheckboxesField(
        label="Employment status",
        choices=[("current", "Current employee or leaver"), ("new", "New starter")],
        required=False,
        small=True,
    )
    status = CheckboxesField(
        label="Status",
        choices=[("sent", "Invitation sent"), ("needed", "Appointment needed")],
        required=False,
        small=True,
    )


def table(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "name": f"Person {number} of Somewhere-Upon-Tyne",
            "date_of_birth": dt.date(1984, 3, 15),
            "created_at": dt.datetime(2026, 11, 22, 18, 14, tzinfo=dt.UTC),
        }
        for number in range(25)
    ]
    page = Page(rows, newer=str(uuid.UUID(int=2)), older=str(uuid.UUID(int=1)))  # type: ignore[type-var]
    return render(request, "list.jinja", {"filters": Filters(request.GET), "rows": rows, "page": page})


def check(request: HttpRequest) -> HttpResponse:
    return render(request, "check.jinja", {"form": QuestionForm()})


FILE_LIMIT = 4 * 1024 * 1024


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


class UploadForm(Form):
    file = FileField(
        label="Upload a file",
        hint="A list of up to 100,000 people, at most 4MB",
        accept=[".csv", ".xlsx"],
        label_size="m",
    )
    note = TextField(label="Note (optional)", required=False)


def unasked(request: HttpRequest) -> HttpResponse:
    """Sends its form to itself, without having said that it takes files."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted)
    came = ""
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        came = f"{file.name}, {len(content)} bytes, {digest(content)}, note {form.cleaned_data['note']}"
    return render(request, "upload.jinja", {"form": form, "came": came})


upload = takes_files(FILE_LIMIT)(lambda request: unasked(request))


def done(request: HttpRequest) -> HttpResponse:
    return render(request, "done.jinja")


_looks: dict[str, int] = defaultdict(int)


def progress(request: HttpRequest) -> HttpResponse:
    """One person more each time that it is looked at under the same `run`. At the `last`, it does what `then` says."""
    run, last = request.GET.get("run", ""), int(request.GET.get("last", "10"))
    invited = _looks[run] if run else 3
    _looks[run] += 1
    if invited >= last:
        match request.GET.get("then"):
            case "redirect":
                return redirect("done")
            case "fail-twice" if invited < last + 2:
                return HttpResponse(status=503)
            case "other-page":
                return render(request, "done.jinja")
    over = invited >= last and request.GET.get("then") != "fail-twice"
    context = {
        "done": min(invited, last),
        "moving": not over,
        "every": request.GET.get("every", "2"),
        "go_to": "/done/" if request.GET.get("then") == "go" else "",
    }
    return render(request, "progress.jinja", context)


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("the database system is starting up, said Ann Lee")


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("ann.lee@example.com is wrong")


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def bad(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation
