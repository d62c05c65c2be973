from django.urls import path

from staffpassport.uploads.views import beginning, downloads, following, instructing, reviewing

_ONE = "people/uploads/<uuid:upload>"

urlpatterns = [
    path("people/invite", beginning.how_many, name="invite"),
    path("people/invite/many", beginning.cohort, name="invite-many"),
    path("people/invite/many/file", beginning.upload, name="upload"),
    path("people/invite/many/template.xlsx", downloads.template_xlsx, name="upload-template-xlsx"),
    path("people/invite/many/template.csv", downloads.template_csv, name="upload-template-csv"),
    path("people/invite/many/instructions", instructing.page, name="upload-instructions"),
    path("people/invite/many/instructions.pdf", instructing.pdf, name="upload-instructions-pdf"),
    path("people/invite/many/everything.zip", instructing.everything, name="upload-everything"),
    path("people/uploads", following.uploads, name="uploads"),
    path(_ONE, following.state, name="upload-state"),
    path(f"{_ONE}/problems", reviewing.problems, name="upload-problems"),
    path(f"{_ONE}/problems/file", downloads.marked_file, name="upload-marked-file"),
    path(f"{_ONE}/duplicates", reviewing.duplicates, name="upload-duplicates"),
    path(f"{_ONE}/duplicates.csv", downloads.duplicates_csv, name="upload-duplicates-csv"),
    path(f"{_ONE}/duplicates.xlsx", downloads.duplicates_xlsx, name="upload-duplicates-xlsx"),
    path(f"{_ONE}/confirm", reviewing.confirm, name="upload-confirm"),
    path(f"{_ONE}/cancel", reviewing.cancel, name="upload-cancel"),
    path(f"{_ONE}/overtaken", following.overtaken, name="upload-overtaken"),
    path(f"{_ONE}/stop", following.stop, name="upload-stop"),
    path(f"{_ONE}/withdraw", following.withdraw, name="upload-withdraw"),
]
