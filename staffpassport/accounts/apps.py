from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "staffpassport.accounts"
    label = "accounts"

    def ready(self) -> None:
        from staffpassport.accounts import (
            factor_notices,
            forgotten,
            limits,
            mails,
            notices,
            own_notices,
            practice,
            recovering,
            recovery_mails,
            reset_mails,
            resets,
            sessions,
        )
        from staffpassport.messaging import composers
        from staffpassport.organisations.access import Permission
        from staffpassport.ui.frame import Area, register_area
        from staffpassport.work import duties, starting

        composers.register(mails.PURPOSE, mails.compose)
        composers.register(mails.WELCOME, mails.compose_welcomes)
        for purpose in notices.PURPOSES:
            composers.register(purpose, notices.compose)
        for purpose in own_notices.PURPOSES:
            composers.register(purpose, own_notices.compose)
        for purpose in reset_mails.PURPOSES:
            composers.register(purpose, reset_mails.compose)
        composers.register(recovery_mails.PURPOSE, recovery_mails.compose)
        composers.register(forgotten.LINK, forgotten.compose)
        composers.register(forgotten.CHANGED, forgotten.compose_changed)
        for purpose in factor_notices.PURPOSES:
            composers.register(purpose, factor_notices.compose)
        register_area(Area("User management", "users", 60, Permission.MANAGE_USERS))
        duties.register(sessions.CLEARING)
        duties.register(resets.CARRYING_OUT)
        duties.register(recovering.CLEARING)
        duties.register(limits.CLEARING)
        starting.register(practice.refuse_practice_users)
