from django.urls import path

from staffpassport.batches.kinds import Kind
from staffpassport.portal import choosing, held_pages, information, metrics, sent_messages, taking_away, views
from staffpassport.portal.reports import views as reports
from staffpassport.portal.system import views as system
from staffpassport.portal.trail import views as trail

urlpatterns = [
    path("", views.home, name="home"),
    path("people", views.people, name="people"),
    *(path(f"people/choose/{kind}", choosing.chooser(kind), name=f"choose-{kind}") for kind in Kind),
    path("people/download", taking_away.download, name="download-people"),
    path("people/<uuid:passport>", views.person, name="person"),
    path("people/<uuid:passport>/held", held_pages.held, name="held"),
    path("reports", reports.reports, name="reports"),
    path("system", system.settings, name="system"),
    path("system/contacts", system.contacts, name="system-contacts"),
    path("system/invitations", system.invitations, name="system-invitations"),
    path("system/senders", system.senders, name="system-senders"),
    path("system/logging-in", system.logging_in, name="system-logging-in"),
    path("system/records", system.records, name="system-records"),
    path("system/summaries", system.summaries, name="system-summaries"),
    path("system/check/<uuid:draft>", system.check, name="system-check"),
    path("system/wording", system.wording, name="system-wording"),
    path("system/audit", trail.trail, name="audit"),
    path("sent-messages", sent_messages.sent_messages, name="sent-messages"),
    path("accessibility", information.accessibility, name="accessibility"),
    path("contact", information.contact, name="contact"),
    path("cookies", information.cookies, name="cookies"),
    path("privacy", information.privacy, name="privacy"),
    path("terms", information.terms, name="terms"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", information.healthz, name="healthz"),
]
