"""Every table and every column of it: what says something about a staff member, where they are told, and when it goes.

`about` are the columns that say something about a staff member; `ours` are ids, times, states and figures, and what is
about portal users. `told` is the part of "Everything we hold" that has the columns of `about`. `goes` is what deletes
the rows: the passport, the account, a duty, or words of docs/data-protection.md that say what stays, and why.
"""

from __future__ import annotations

from typing import NamedTuple

PASSPORT, ACCOUNT, NOBODY = "with the passport", "with the account", "nothing about people"
BY_IDS, TRAIL, USERS = "by ids, so that reports add up", "no names of staff", "accounts of HR users"
FIGURES = "who uploaded what when, figures"


class Table(NamedTuple):
    goes: str
    ours: str
    about: str = ""
    told: str = ""


TABLES = {
    # The person
    "passports.StaffPassport": Table(
        PASSPORT,
        "organisation id created_at email_key search_key email_state text_state invitation_expires_at email_since "
        "phone_since upload_id holder",
        "first_name last_name preferred_name date_of_birth email phone staff_group job_role_key employment_type "
        "employment_status oriel_pin esr_assignment_number origin status professional_body registration_number",
        "Details",
    ),
    "passports.ProfileChange": Table(
        PASSPORT, "organisation id passport by", "field old new by_name at", "Changes of details"
    ),
    "signup.Application": Table(
        PASSPORT,
        "organisation id passport details_at numbers_at",
        "begun_at has_another notices notices_at identity_route email_proved email_proved_at phone_proved "
        "phone_proved_at answers sent_at",
        "Sign-up",
    ),
    "signup.ContactCorrection": Table(
        PASSPORT,
        "organisation id passport channel told_by",
        "value proved_at decided_at decision decided_by",
        "Sign-up",
    ),
    "identity.IdentityCheck": Table(
        PASSPORT,
        "organisation id passport by",
        "documents other_document how checked_on checked_by by_name at",
        "Identity",
    ),
    "identity.Decline": Table(
        PASSPORT, "organisation id passport reason by", "words by_name at taken_back_at", "Identity"
    ),
    # What was sent
    "invitations.Invitation": Table(
        BY_IDS,
        "id organisation passport_id link_id",
        "sequence created_at expires_at started_at accepted_at ended_at ended_reason not_me_at not_me_by",
        "Invitations",
    ),
    "messaging.Message": Table(
        BY_IDS,
        "id organisation about idempotency_key urgency created_at due_at not_after give_up_at lease_until attempts "
        "attempted_at provider provider_id",
        "purpose channel recipient state state_changed_at failure",
        "Messages",
    ),
    # Practice mode alone, with made-up people.
    "messaging.PracticeMessage": Table(
        NOBODY,
        "organisation id reference channel recipient subject body delivered_at receipt_due_at receipt_failure",
    ),
    # Lists
    "uploads.UploadRow": Table(
        "retire-uploads",
        "organisation upload outcome remarks",  # what cells could not be taken, in remarks, is told as their values
        "number first_name last_name date_of_birth email phone oriel_pin esr_assignment_number",
        "Lists uploaded",
    ),
    "uploads.UploadFile": Table("retire-uploads", "organisation upload content created_at"),
    "uploads.Upload": Table(
        FIGURES,
        "organisation id staff_group job_role_key employment_type employment_status file_name file_size file_hash "
        "created_at uploaded_by uploaded_by_name state state_changed_at attempts sentence made_for notices "
        "ignored_headings problem_kinds rows to_invite duplicates problems blank plan_hash confirmed_at confirmed_by "
        "confirmed_by_name confirmed_from invited overtaken done_through first_passport last_passport invited_at "
        "progressed_at undone_by undone_by_name undone_from undone_through withdrawn ended_at cleared_at",
    ),
    "batches.BatchPerson": Table(
        "retire-batches", "organisation batch passport_id left_out", "", "Chosen in the list"
    ),
    "batches.Batch": Table(
        FIGURES,
        "organisation id kind state people chosen_at confirmed_at confirmed_by confirmed_by_name confirmed_from "
        "done_through progressed_at succeeded told left_out done_at cleared_at",
    ),
    # The account of whoever logs in
    "accounts.User": Table(
        ACCOUNT,
        "id is_active practice link_number password",
        "email phone name last_login created_at",
        "Account",
    ),
    "accounts.UserSession": Table(
        "clear-sessions",
        "id user network_address last_seen_at ended_at ended_because",
        "device began_at",
        "Account",
    ),
    "accounts.KnownDevice": Table("clear-sessions", "id user digest", "last_used_at", "Account"),
    "accounts.Recovery": Table(
        "forget-recoveries", "organisation id user started_at", "phone effective_at", "Account"
    ),
    "mfa.Authenticator": Table(ACCOUNT, "id user data last_used_at", "type created_at", "Account"),
    "accounts.TextFactor": Table(ACCOUNT, "id user phone name proved_at"),
    "accounts.Membership": Table(
        USERS, "organisation id user name role role_since created_at last_seen_at ended_at entry_number"
    ),
    "accounts.SecondFactorReset": Table(
        ACCOUNT,
        "organisation id user reason started_by started_at confirmed_by confirmed_at effective_at stopped_at done_at",
    ),
    "accounts.Tries": Table("clear-wrong-tries", "what count since closings closed_until last_at"),
    "sessions.Session": Table("clear-sessions", "session_key session_data expire_date"),
    # Ids, for hours or days
    "codes.Proving": Table("clear-security-codes", "organisation id about purpose channel"),
    "codes.SecurityCode": Table("clear-security-codes", "id proving address made_at tries used_at"),
    "signup.NewInvitationRequest": Table(
        "forget-requests-for-invitations", "organisation id passport_id asked_at done_at"
    ),
    "invitations.Erasure": Table("note-erasures", "id organisation passport_id at"),
    "invitations.InvitedCount": Table("forget-invited-counts", "organisation id actor at people"),
    # The audit trail
    "audit.Event": Table(
        TRAIL,
        "id organisation_id actor subject network_address",
        "kind actor_name detail at",
        "What happened",
    ),
    "audit.Unsealed": Table(TRAIL, "id organisation_id events"),
    "audit.SealedEvent": Table(TRAIL, "event organisation_id number mac"),
    "audit.AuditSeal": Table(
        TRAIL, "id organisation_id first_number last_number previous mac key_id sealed_at head_written"
    ),
    "audit.TrailContents": Table(TRAIL, "id organisation_id block kind who earliest latest"),
    "audit.Retirement": Table(TRAIL, "organisation_id last_number head key_id retired_at mac"),
    # The portal itself
    "organisations.Organisation": Table(
        NOBODY,
        "id name descriptor ods_code hr_email hr_phone invitation_days reminder_days reset_delay_minutes "
        "delete_unanswered_days weekly_summary summary_week notify_reply_to_id notify_text_sender_id created_at",
    ),
    "invitations.ReminderRound": Table(NOBODY, "id on days_after through"),
    "invitations.ExpiryMark": Table(NOBODY, "name moment invitation"),
    "messaging.ProviderBudget": Table(
        NOBODY,
        "provider tokens refilled_at day email_used text_used paused_until paused_because",
    ),
    "work.WorkerHeartbeat": Table(NOBODY, "id host pid started_at beaten_at"),
    "work.DutyLease": Table(NOBODY, "name holder held_until"),
    # Of libraries, and empty here
    "account.EmailAddress": Table(ACCOUNT, "id user email verified primary"),
    "account.EmailConfirmation": Table(ACCOUNT, "id email_address created sent key"),
    "auth.Permission": Table(NOBODY, "id name content_type codename"),
    "auth.Group": Table(NOBODY, "id name permissions"),
    "auth.Group_permissions": Table(NOBODY, "id group permission"),
    "contenttypes.ContentType": Table(NOBODY, "id app_label model"),
}
