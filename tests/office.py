"""LibreOffice, as somebody with a spreadsheet uses it: opens files and saves them in other formats."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

_CSV = "Text - txt - csv (StarCalc)"
_UTF_8, _BRITISH_ENGLISH, _MOST_COLUMNS = 76, 2057, 30

# What each format is saved with. CSV as the dialogue proposes it: commas, UTF-8, cells as they are shown.
FORMATS: Mapping[str, str] = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "ods": "ods:calc8",
    "csv": f"csv:{_CSV}:44,34,{_UTF_8},1,,0,false,true",
}

# A British computer: 03/04/1984 is the third of April.
_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
  <item oor:path="/org.openoffice.Setup/L10N">
    <prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-GB</value></prop>
  </item>
</oor:items>
"""


class Opened(Enum):
    """How a file is opened. For CSV it makes a difference whether the columns are set to text first, or whether the
    program takes for a number or date whatever looks like one, as Excel does at a double click."""

    AS_WORKBOOK = ""
    CSV_AS_TEXT = f"{_CSV}:44,34,{_UTF_8},1,{'/'.join(f'{place}/2' for place in range(1, _MOST_COLUMNS + 1))}"
    CSV_AS_IT_COMES = f"{_CSV}:44,34,{_UTF_8},1,,{_BRITISH_ENGLISH},false,true"


class LibreOffice:
    """One LibreOffice with settings of its own in `folder`. A start takes a second: give it many files at once."""

    def __init__(self, folder: Path, *, seconds: int = 300) -> None:
        self._folder = folder
        self._seconds = seconds
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS)

    def saved_as(self, extension: str, files: Mapping[str, bytes], opened: Opened) -> dict[str, bytes]:
        """Files by name, opened and saved as one of `FORMATS`; fails for a file that LibreOffice cannot open."""
        way = self._folder / f"{opened.name}-{extension}"
        came, went = way / "came", way / "went"
        came.mkdir(parents=True)
        names = {name: f"{place}{Path(name).suffix}" for place, name in enumerate(files)}
        for name, content in files.items():
            (came / names[name]).write_bytes(content)
        self._convert([came / name for name in names.values()], FORMATS[extension], opened, went)
        return {name: (went / names[name]).with_suffix(f".{extension}").read_bytes() for name in files}

    def _convert(self, files: list[Path], saved_as: str, opened: Opened, folder: Path) -> None:
        command = [
            "soffice",
            f"-env:UserInstallation={(self._folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            *([f"--infilter={opened.value}"] if opened.value else []),
            "--convert-to",
            saved_as,
            "--outdir",
            str(folder),
            *map(str, files),
        ]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "LC_ALL": "C.UTF-8"}
        subprocess.run(command, check=True, capture_output=True, timeout=self._seconds, env=environment)
