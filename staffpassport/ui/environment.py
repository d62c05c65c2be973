"""The Jinja environment of all pages: the NHS macros, our rooms' templates, a few filters and functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from django.contrib.messages import get_messages
from django.template import engines
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from jinja2 import BaseLoader, ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from jinja2.ext import Extension
from markupsafe import Markup

from staffpassport.ui import formats
from staffpassport.ui.paging import querystring
from staffpassport.ui.problems import problems

NHS_MACROS = "nhsuk/components/{component}/macro.jinja"
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Unindented(Extension):
    """Templates are indented for those who read them; the page goes out without, a fifth smaller for a long list."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return INDENTATION.sub("", source)


def environment(*, template_folders: Iterable[Path] = (), loader: BaseLoader, **options: Any) -> Environment:
    """What Django's Jinja2 backend calls with its OPTIONS.

    A template is looked for in Django's own folders (`DIRS`), then in `template_folders`, then among the NHS
    macros. The macros expect ChainableUndefined: they read options that were not given.
    """
    options |= {"undefined": ChainableUndefined}
    options.pop("autoescape", None)  # always on
    made = Environment(
        **options,
        loader=ChoiceLoader(
            [loader, FileSystemLoader(list(template_folders)), PackageLoader("nhsuk_frontend_jinja")]
        ),
        autoescape=True,
        extensions=[Unindented, "jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # `_("Your invitation from %(trust)s", trust=trust.name)`: what is filled in is escaped.
    cast(Any, made).install_gettext_callables(gettext, ngettext, newstyle=True)
    made.filters |= {
        "date": formats.date,
        "day": formats.day,
        "datetime": formats.date_and_time,
        "number": formats.number,
        "people": formats.people,
        "phone": formats.phone,
        "file_size": formats.file_size,
    }
    made.globals |= {
        "url": url,
        "static": static,
        "get_messages": get_messages,
        "problems_of": problems,
        "querystring": querystring,
        "nhs_logo": nhs_logo,
    }
    return made


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named route: `url("passport", passport.id)`."""
    return reverse(name, args=args, kwargs=kwargs)


def macro(template: str, name: str) -> Callable[..., str]:
    """A macro of a template, to be called from Python."""
    jinja = cast("Environment", cast(Any, engines["jinja2"]).env)
    return cast("Callable[..., str]", getattr(jinja.get_template(template).module, name))


def nhs(component: str, name: str, params: Mapping[str, Any]) -> str:
    """The HTML of a component of the NHS design system: `nhs("date-input", "dateInput", {…})`."""
    return macro(NHS_MACROS.format(component=component), name)(params)


def nhs_logo() -> Markup:
    """The NHS logo, cut out of the header component: a protected mark of which we keep no copy."""
    header = str(nhs("header", "header", {}))
    start, end = header.index("<svg"), header.index("</svg>") + len("</svg>")
    return Markup(header[start:end])  # noqa: S704  # our own dependency's markup, no input of anybody
