"""The tables, one noun a file; importing this package registers all of them."""

from db.models.access import AccessGrant, AccessRequest
from db.models.audit import AuditEvent
from db.models.backup_run import BackupRun
from db.models.block import IdBlock
from db.models.blocked import BlockedAddress
from db.models.company import Company, CompanyDomain
from db.models.copy import MessageCopy
from db.models.counts import DayCount
from db.models.decision import Decision
from db.models.destination import Destination, SendingPause
from db.models.directory import (
    DirectoryAddress,
    DirectoryLogin,
    DirectoryToken,
    DomainTrouble,
    VouchedNetwork,
    WindowCounter,
)
from db.models.dns_check import DnsCheck
from db.models.forwarding import ForwardRequest
from db.models.gateway import GatewayMember
from db.models.hold import LegalHold
from db.models.inbound import InboundMessage
from db.models.leaver import Inherited, Leaver
from db.models.link import Link
from db.models.measurement import Measurement
from db.models.merge import Merge
from db.models.message import Attachment, Message, MessageAddress, MessageReference
from db.models.notice import Notice
from db.models.notice_knock import Knock
from db.models.notice_pause import Pause
from db.models.outbox import DeliveryAttempt, OutboxMessage
from db.models.passkey import DirectoryPasskey, Passkey, UsedOnce
from db.models.prepared_text import PreparedText
from db.models.ratchet import SenderRatchet
from db.models.raw import RawContent
from db.models.record import ContactAddress, OrganizationDomain, Participant, Record
from db.models.record_import import ImportLine, ImportPart, RecordImport
from db.models.replay import ReplayFinding, ReplayRun
from db.models.request import IdempotencyKey
from db.models.retention import RetentionBefore
from db.models.saved_view import SavedView
from db.models.scan import ContentScan
from db.models.search import SearchDocument
from db.models.second_factor import RecoveryCode, SecondFactor
from db.models.sender import ApprovedSender
from db.models.sender_domain import SenderDomain
from db.models.sender_token import SenderToken
from db.models.session import ApiToken, AppPassword, Invite, WebSession
from db.models.setup import SetupLink
from db.models.sign_in_provider import DirectorySignIn, SignInProvider, SignInSubject
from db.models.signing_key import SigningKey
from db.models.standing import StandingAnswer
from db.models.team import Team, TeamMember
from db.models.thread import Thread
from db.models.thread_choice import ThreadChoice, ThreadChoiceLetter
from db.models.unresolved import Unresolved
from db.models.user import BccAddress, User
from db.models.way_back import WayBack
from db.models.webhook import Webhook, WebhookDelivery, WebhookEvent

__all__ = [
    "AccessGrant",
    "AccessRequest",
    "ApiToken",
    "AppPassword",
    "ApprovedSender",
    "Attachment",
    "AuditEvent",
    "BackupRun",
    "BccAddress",
    "BlockedAddress",
    "Company",
    "CompanyDomain",
    "ContactAddress",
    "ContentScan",
    "DayCount",
    "Decision",
    "DeliveryAttempt",
    "Destination",
    "DirectoryAddress",
    "DirectoryLogin",
    "DirectoryPasskey",
    "DirectorySignIn",
    "DirectoryToken",
    "DnsCheck",
    "DomainTrouble",
    "ForwardRequest",
    "GatewayMember",
    "IdBlock",
    "IdempotencyKey",
    "ImportLine",
    "ImportPart",
    "InboundMessage",
    "Inherited",
    "Invite",
    "Knock",
    "Leaver",
    "LegalHold",
    "Link",
    "Measurement",
    "Merge",
    "Message",
    "MessageAddress",
    "MessageCopy",
    "MessageReference",
    "Notice",
    "OrganizationDomain",
    "OutboxMessage",
    "Participant",
    "Passkey",
    "Pause",
    "PreparedText",
    "RawContent",
    "Record",
    "RecordImport",
    "RecoveryCode",
    "ReplayFinding",
    "ReplayRun",
    "RetentionBefore",
    "SavedView",
    "SearchDocument",
    "SecondFactor",
    "SenderDomain",
    "SenderRatchet",
    "SenderToken",
    "SendingPause",
    "SetupLink",
    "SignInProvider",
    "SignInSubject",
    "SigningKey",
    "StandingAnswer",
    "Team",
    "TeamMember",
    "Thread",
    "ThreadChoice",
    "ThreadChoiceLetter",
    "Unresolved",
    "UsedOnce",
    "User",
    "VouchedNetwork",
    "WayBack",
    "WebSession",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "WindowCounter",
]
