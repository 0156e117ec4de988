"""Signing in at a provider: the answer is checked, then a user is found by issuer and subject, bound on first sight.

An e-mail address binds once, and only where the provider has verified it; from then on the subject alone counts.
It binds by itself only a user who has no other way in: everybody else shows first that he agrees (RULES R31), or an
admin could enter as him by a provider of his own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.connecting import Connecting, bind, issuer_digest
from accounts.login import Welcome
from accounts.oidc_client import Exchange, OidcClient
from accounts.oidc_flow import Flow
from accounts.oidc_metadata import ProviderTrouble
from accounts.oidc_token import Claims, TokenRefused
from accounts.refusals import Refused
from accounts.second_factor import is_on
from accounts.second_step import HalfWay, digest_of
from accounts.sessions import open_session
from accounts.sign_in_providers import ProviderView, get_provider, secret_of
from accounts.throttle import Throttled, begin_try, give_back, provider_limits
from accounts.users import UserState, add_user
from accounts.viewer import Role, Viewer
from accounts.ways_in import can_prove, has_own_way
from db.models import DirectoryLogin, SignInSubject, User
from db.session import Database
from languages.speech import _
from mail.address import address_key, domain_of
from net.sealed import Keys

LONGEST_CODE: Final = 4_000
Tell = Callable[[Session, Viewer, str, datetime], None]
"""Tells a user, in this transaction, that an account at a provider of that name signs in as him from now on."""
log = structlog.get_logger(__name__)


class SignInRefused(Refused):
    """Nobody was signed in; the text is one sentence for the login page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """Where sign-ins come back to."""

    database: Database
    keys: Keys
    client: OidcClient
    redirect_uri: str
    mail_domain: str
    peer: str
    user_agent: str
    tell: Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """What the browser brought: the parameters of the address (OpenID Connect Core 1.0 §3.1.2.5, RFC 9207)."""

    state: str
    code: str
    error: str
    issuer: str


def come_back(here: Reception, flow: Flow | None, brought: CameBack) -> Welcome | HalfWay | Connecting | Throttled:
    """Sign in whom the provider vouches for, or answer who has to show first that he agrees; raise SignInRefused."""
    limits = provider_limits(here.peer)
    tried_at = begin_try(here.database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    if flow is None or not flow.is_answered_by(brought.state):
        raise SignInRefused(_begun_elsewhere())
    provider, secret = _take(here, flow)
    claims = _claims(here, flow, provider, secret, brought)
    with here.database.write() as session:
        now = here.database.now(session)
        give_back(session, limits, tried_at)
        found = _who(here, session, provider, claims, now)
        if isinstance(found, Connecting):
            return found
        return _let_in(session, provider, found, here.user_agent, now)


def _take(here: Reception, flow: Flow) -> tuple[ProviderView, str]:
    """Use the flow up, and answer whose it is, with our secret there."""
    with here.database.write() as session:
        is_first = flow.use_up(session, here.database.now(session))
        provider = get_provider(session, flow.company_id)
        is_open = provider is not None and provider.id == flow.provider_id and provider.decided.active
        if not is_first or provider is None or not is_open:
            raise SignInRefused(_begun_elsewhere())
        return provider, secret_of(session, here.keys, provider)


def _claims(here: Reception, flow: Flow, provider: ProviderView, secret: str, brought: CameBack) -> Claims:
    """Exchange the code, outside any transaction: another server is asked."""
    label = provider.decided.label
    if brought.error or not 0 < len(brought.code) <= LONGEST_CODE:
        log.info("provider refused", provider_id=provider.id)
        raise SignInRefused(_("{name} did not sign you in. You can try again.").format(name=label))
    try:
        metadata = here.client.metadata(provider.decided.issuer)
        if (brought.issuer or metadata.tells_issuer) and brought.issuer != metadata.issuer:
            raise TokenRefused("mix-up")
        exchange = Exchange(
            client_id=provider.decided.client_id,
            secret=secret,
            code=brought.code,
            verifier=flow.verifier,
            redirect_uri=here.redirect_uri,
            nonce=flow.nonce,
        )
        with here.database.read() as session:
            now = here.database.now(session)
        return here.client.redeem(metadata, exchange, now)
    except (ProviderTrouble, TokenRefused) as trouble:
        log.warning("provider not believed", provider_id=provider.id, why=str(trouble))
        raise SignInRefused(
            _("{name} gave an answer that cannot be trusted. Try again; if it stays so, tell your admin.").format(
                name=label
            )
        ) from None


def _who(
    here: Reception, session: Session, provider: ProviderView, claims: Claims, now: datetime
) -> Viewer | Connecting:
    """Answer the user, of the provider's own company alone; raise SignInRefused."""
    this = (
        SignInSubject.company_id == provider.company_id,
        SignInSubject.issuer == claims.issuer,
        SignInSubject.subject == claims.subject,
    )
    bound = session.scalar(select(SignInSubject.user_id).where(*this))
    if bound is None:
        return _first_time(here, session, provider, claims, now)
    session.execute(update(SignInSubject).where(*this).values(last_used_at=now))
    return _active(session, provider, bound)


def _first_time(
    here: Reception, session: Session, provider: ProviderView, claims: Claims, now: datetime
) -> Viewer | Connecting:
    """Bind a user to the subject by a verified address, or make one where the company wants that."""
    label = provider.decided.label
    if not claims.email:
        raise SignInRefused(_("{name} does not vouch for your e-mail address. Ask your admin.").format(name=label))
    if domain_of(claims.email) not in provider.decided.domains:
        raise SignInRefused(_unknown(provider))
    user = _named(here, session, provider, claims, now)
    who = user.company_id, user.user_id
    mine = (SignInSubject.company_id == who[0], SignInSubject.user_id == who[1])
    if session.scalar(select(SignInSubject.id).where(*mine, SignInSubject.issuer == claims.issuer)) is not None:
        # An address that was given to somebody else at the provider is not the same person (Core §5.7).
        raise SignInRefused(_("This address belongs to another account at {name}. Ask your admin.").format(name=label))
    if has_own_way(session, *who):
        return _connecting(session, provider, user, claims, now)
    bind(session, *who, claims.issuer, claims.subject, now)
    here.tell(session, user, _called(provider), now)
    return user


def _named(here: Reception, session: Session, provider: ProviderView, claims: Claims, now: datetime) -> Viewer:
    """Answer the user whose address it is, a new one where the company wants that; raise SignInRefused."""
    login = session.get(DirectoryLogin, address_key(claims.email))
    if login is None and provider.decided.makes_users:
        return _active(session, provider, _make(session, provider.company_id, claims, here.mail_domain, now))
    if login is None or login.company_id != provider.company_id:
        raise SignInRefused(_unknown(provider))
    return _active(session, provider, login.user_id)


def _active(session: Session, provider: ProviderView, user_id: int) -> Viewer:
    query = select(User.role, User.state).where(User.company_id == provider.company_id, User.id == user_id)
    user = session.execute(query).one()
    if user.state != UserState.ACTIVE:
        raise SignInRefused(_unknown(provider))
    return Viewer(provider.company_id, user_id, Role(user.role))


def _connecting(session: Session, provider: ProviderView, user: Viewer, claims: Claims, now: datetime) -> Connecting:
    """Answer what is to be connected once he agrees; raise SignInRefused where he has nothing to show it by."""
    if not can_prove(session, user.company_id, user.user_id):
        raise SignInRefused(
            _(
                "You signed in at another provider so far. "
                "Whoever runs the server can make you a link for a password, with which you connect this account."
            )
        )
    return Connecting(
        company_id=user.company_id,
        provider_id=provider.id,
        user_id=user.user_id,
        label=_called(provider),
        issuer_digest=issuer_digest(claims.issuer),
        subject=claims.subject,
        at=now,
    )


def _called(provider: ProviderView) -> str:
    """Name a provider with its host: the name alone is whatever an admin chose."""
    return f"{provider.decided.label} ({urlsplit(provider.decided.issuer).netloc})"


def _make(session: Session, company_id: int, claims: Claims, mail_domain: str, now: datetime) -> int:
    name = "".join(char for char in claims.name if char.isprintable()).strip()[:200]
    called = name or claims.email.partition("@")[0]
    return add_user(session, company_id, claims.email, called, Role.MEMBER, now, mail_domain).user_id


def _let_in(
    session: Session, provider: ProviderView, viewer: Viewer, user_agent: str, now: datetime
) -> Welcome | HalfWay:
    """Open a session: the provider's word is enough, unless the company asks for our second step as well."""
    who = viewer.company_id, viewer.user_id
    if provider.decided.asks_second_step and is_on(session, *who):
        kept = session.scalar(select(User.password_hash).where(User.company_id == who[0], User.id == who[1]))
        return HalfWay(*who, digest_of(kept), now)
    return Welcome(viewer, open_session(session, viewer, user_agent, now))


def _begun_elsewhere() -> str:
    return _("This sign-in was begun in another window, or too long ago. Please begin again.")


def _unknown(provider: ProviderView) -> str:
    return _("Nobody here belongs to your account at {name}. Ask your admin for an invitation.").format(
        name=provider.decided.label
    )
