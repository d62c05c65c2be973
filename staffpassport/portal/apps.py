from django.apps import AppConfig
from django.conf import settings

from staffpassport.ui.frame import Area, register_area


class PortalConfig(AppConfig):
    name = "staffpassport.portal"
    label = "portal"

    def ready(self) -> None:
        from staffpassport.audit import retiring, sealing
        from staffpassport.messaging import composers
        from staffpassport.organisations.access import Permission
        from staffpassport.portal import weekly
        from staffpassport.work import duties, starting
        from staffpassport.work.duties import Duty

        # Here, because the worker and the audit trail stand on one floor.
        duties.register(Duty("seal-audit", run=sealing.seal_a_bit, every=sealing.EVERY))
        duties.register(Duty("retire-events", run=retiring.retire_some, every=retiring.EVERY))
        starting.register(sealing.refuse_without_heads)

        composers.register(weekly.PURPOSE, weekly.compose)
        duties.register(weekly.SUMMARIES)
        register_area(Area("Home", "home", 10, Permission.SEE_PASSPORTS))
        register_area(Area("Identity and access", "people", 20, Permission.SEE_PASSPORTS))
        register_area(Area("Reports", "reports", 50, Permission.SEE_PASSPORTS))
        register_area(Area("System management", "system", 70, Permission.MANAGE_SYSTEM))
        if settings.PRACTICE_MODE:
            register_area(Area("Sent messages", "sent-messages", 90, Permission.SEE_PASSPORTS))
