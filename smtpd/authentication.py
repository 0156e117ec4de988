"""Signing in on a submission port (RFC 4954, 6409): the dialogue of AUTH, and what it changes for the session."""

from __future__ import annotations

from typing import override

from smtpd import replies
from smtpd.conversation import Conversation
from smtpd.framing import Fault
from smtpd.policy.authentication import AuthCommand, AuthFacts, read_auth
from smtpd.reply import Reply
from smtpd.sasl import CANCELLED, BadResponse, Challenge, Credentials, decode, encode


class Authentication(Conversation):
    """What a session does that may sign in."""

    @override
    async def smtp_AUTH(self, argument: str) -> None:
        """RFC 4954 §4."""
        command = read_auth(argument, self._auth_facts())
        if isinstance(command, Reply):
            await self.answer(command)
            return
        told = await self._ask(command)
        if isinstance(told, Credentials):
            told = await self._sign_in(told)
        if told is not None:
            await self.answer(told)

    @property
    def must_sign_in(self) -> bool:
        """Tell whether this session takes no mail yet."""
        return self.service.requires_auth and self.visit.viewer is None

    def _auth_facts(self) -> AuthFacts:
        return AuthFacts(
            offered=self.service.requires_auth,
            over_tls=self._over_tls,
            greeted=bool(self.visit.host_name) and self.visit.extended_smtp,
            signed_in=self.visit.viewer is not None,
            in_mail=self.transaction.reverse_path is not None,
        )

    async def _ask(self, command: AuthCommand) -> Credentials | Reply | None:
        """Conduct the dialogue; None where the client is gone."""
        dialogue = command.mechanism
        try:
            told = dialogue.initial if command.initial is None else dialogue.respond(command.initial)
            while isinstance(told, Challenge):
                await self.push(f"334 {encode(told)}")
                line = await self.next_command()
                if line is None:
                    return None
                if line == CANCELLED:
                    return replies.AUTH_CANCELLED
                if isinstance(line, Fault):
                    return replies.BAD_RESPONSE
                told = dialogue.respond(decode(line))
        except BadResponse:
            return replies.BAD_RESPONSE
        return told

    async def _sign_in(self, credentials: Credentials) -> Reply:
        reply: Reply = await self._call_handler_hook("SIGN_IN", credentials)
        if reply.accepts:
            self.sessions.exempt(self)
        return reply
