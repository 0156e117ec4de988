"""Every reply we can give; the only place where a code is written.

Texts are one line of ASCII, calm, and tell nothing of whom we know or what was decided elsewhere.
`python -m smtpd.replies` prints docs/replies.md.
"""

from __future__ import annotations

import sys

from smtpd.reply import Reply

# The connection
GREETING = Reply(220, "", "{} smartbcc", "A connection is made.")
TOO_MANY_CONNECTIONS = Reply(
    421, "4.7.0", "Too many connections from your network", "LIMIT_CONNECTIONS_PER_NETWORK is reached.", closes=True
)
TOO_BUSY = Reply(421, "4.3.2", "Too busy, try again later", "A process has a thousand sessions open.", closes=True)
EARLY_TALKER = Reply(554, "5.5.1", "You spoke before our greeting", "Bytes came before the 220.", closes=True)
OTHER_PROTOCOL = Reply(
    554,
    "5.5.1",
    "This is an SMTP server",
    "A browser, a TLS or SSH client, or a proxy that is none of ours.",
    closes=True,
)
SHUTTING_DOWN = Reply(421, "4.3.2", "Shutting down, try again soon", "The server is stopped.", closes=True)
TIMED_OUT = Reply(
    421, "4.4.2", "You took too long", "COMMAND_SECONDS or SESSION_SECONDS are over, or DATA is too slow.", closes=True
)
BAD_COMMANDS = Reply(421, "4.7.0", "Too many bad commands", "The 20th bad command of a session.", closes=True)
IDLE_COMMANDS = Reply(
    421, "4.7.0", "Too many commands without a mail", "The 100th command since the last mail.", closes=True
)

# Commands in general
UNKNOWN_COMMAND = Reply(500, "5.5.1", "No such command", "The verb is not one of SMTP.", counts=True)
BAD_COMMAND = Reply(500, "5.5.2", "No command", "An empty line, or no letters where the verb stands.", counts=True)
COMMAND_TOO_LONG = Reply(
    500, "5.5.2", "Command too long", "Over 512 octets; MAIL and RCPT 1,000; AUTH 12,288.", counts=True
)
BAD_CHARACTERS = Reply(
    501,
    "5.5.2",
    "Characters that no command may have",
    "NUL, control characters, 8 bits without SMTPUTF8.",
    counts=True,
)
BAD_ARGUMENT = Reply(501, "5.5.4", "Wrong argument", "An argument is missing, or one too many.", counts=True)
BAD_SEQUENCE = Reply(503, "5.5.1", "Not now", "The command stands in the wrong place.", counts=True)
BARE_LINE_END = Reply(
    521, "5.5.2", "Lines end with CR LF", "A bare CR or LF, or NUL in the mail data (smuggling).", closes=True
)
OUT_OF_STEP = Reply(
    554, "5.5.1", "Commands sent where they must wait for our reply", "Pipelining that RFC 2920 forbids.", closes=True
)
NOISE = Reply(521, "5.5.2", "No line end within a megabyte", "A command line without an end.", closes=True)

# Verbs without a transaction
HELLO = Reply(250, "", "{}", "HELO, and the first line for EHLO.")
RESET = Reply(250, "2.0.0", "Ok: forgotten", "RSET.")
NOTHING_DONE = Reply(250, "2.0.0", "Ok", "NOOP.")
GOODBYE = Reply(221, "2.0.0", "Bye", "QUIT.", closes=True)
HELP = Reply(214, "2.0.0", "EHLO HELO MAIL RCPT DATA RSET NOOP QUIT STARTTLS VRFY HELP", "HELP.")
CANNOT_VERIFY = Reply(252, "2.0.0", "We tell nothing about addresses; send the mail", "VRFY, whatever the address.")
NOT_IMPLEMENTED = Reply(502, "5.5.1", "Not offered here", "EXPN; AUTH on any port but a submission port.", counts=True)

# STARTTLS
START_TLS = Reply(220, "2.0.0", "Ready to start TLS", "STARTTLS.")
NO_TLS = Reply(502, "5.5.1", "TLS is not offered", "STARTTLS, and no certificate is set.", counts=True)
TLS_ALREADY = Reply(503, "5.5.1", "TLS is on already", "A second STARTTLS.", counts=True)
TLS_INJECTION = Reply(
    501,
    "5.5.4",
    "Nothing may follow STARTTLS in clear text",
    "STARTTLS with bytes behind it; they are dropped.",
    counts=True,
)

# XFORWARD, XCLIENT, by mail servers in TRUSTED_MTAS
CLIENT_TOLD = Reply(250, "2.0.0", "Ok", "XFORWARD.")
BAD_ATTRIBUTES = Reply(501, "5.5.4", "Wrong attributes", "XFORWARD or XCLIENT that cannot be read.", counts=True)

# AUTH, on a submission port
SIGNED_IN = Reply(235, "2.7.0", "Signed in", "Login address and app password belong together.")
WRONG_CREDENTIALS = Reply(535, "5.7.8", "Wrong name or app password", "They do not belong together.", counts=True)
SIGN_IN_FAILURES = Reply(421, "4.7.0", "Too many wrong passwords", "The third wrong one of a session.", closes=True)
SIGN_IN_LATER = Reply(
    454, "4.7.0", "Too many tries, sign in later", "An account or a network has tried too often; nothing was checked."
)
SIGN_IN_FIRST = Reply(530, "5.7.0", "Sign in first", "MAIL on a submission port, before AUTH.", counts=True)
TLS_FIRST = Reply(538, "5.7.11", "Start TLS first", "AUTH without TLS.", counts=True)
UNKNOWN_MECHANISM = Reply(504, "5.5.4", "We take PLAIN and LOGIN", "AUTH with another mechanism.", counts=True)
BAD_RESPONSE = Reply(
    501,
    "5.5.2",
    "Not what this mechanism says",
    "AUTH with bad base64, or a response that says too little.",
    counts=True,
)
AUTH_CANCELLED = Reply(501, "5.7.0", "Given up", "The client cancels AUTH with an asterisk.")

# MAIL
SENDER_OK = Reply(250, "2.1.0", "Ok", "MAIL FROM is taken.")
BAD_REVERSE_PATH = Reply(501, "5.1.7", "Wrong reverse-path", "MAIL FROM holds no address.", counts=True)
UNKNOWN_PARAMETER = Reply(
    555, "5.5.4", "A parameter that we do not offer", "MAIL or RCPT with such a parameter.", counts=True
)
TOO_BIG = Reply(552, "5.3.4", "The mail is too big", "Over MESSAGE_SIZE_LIMIT, by SIZE= or after the dot.")

# RCPT
RECIPIENT_OK = Reply(250, "2.1.5", "Ok", "RCPT TO is one of our addresses.")
BAD_FORWARD_PATH = Reply(501, "5.1.3", "Wrong forward-path", "RCPT TO holds no address.", counts=True)
UNKNOWN_RECIPIENT = Reply(550, "5.1.1", "No such address", "The address is unknown, or takes no mail any more.")
TOO_MANY_UNKNOWN = Reply(
    421, "4.7.0", "Too many unknown addresses", "LIMIT_RCPT_UNKNOWN_PER_SESSION is reached.", closes=True
)
NO_RELAY = Reply(550, "5.7.1", "We take mail for our own addresses only", "Another domain, or a relay shape.")
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", "Too many recipients, send the rest again", "The 101st RCPT.")
ONE_COMPANY = Reply(
    452,
    "4.5.3",
    "Send this one in a mail of its own",
    "Of another company than the first, or a return address beside others.",
)
NO_REPORTS = Reply(
    550, "5.7.1", "This address takes no reports", "MAIL FROM:<> to an address that is no return address of ours."
)
NO_REPORT = Reply(
    550,
    "5.7.1",
    "This address takes reports on our mail alone",
    "A return address of ours: the mail is no report and no automatic answer, or over 1 MiB.",
)

# DATA
START_MAIL = Reply(354, "", "Go on, end with <CR><LF>.<CR><LF>", "DATA.")
NO_RECIPIENT = Reply(503, "5.5.1", "No recipient was accepted", "DATA without a good RCPT.", counts=True)
STORED = Reply(250, "2.0.0", "Ok: stored as {}", "The mail is safe on disk; the inbound id follows.")
LINE_TOO_LONG = Reply(500, "5.6.0", "A line is longer than 64 KiB", "The mail data has such a line.")
TOO_MUCH_DATA = Reply(552, "5.3.4", "The mail is far too big", "Twice MESSAGE_SIZE_LIMIT without an end.", closes=True)
LOOP = Reply(554, "5.4.6", "The mail goes round in circles", "Over 30 Received fields, or one of our own.")
BAD_FROM = Reply(
    550, "5.7.1", "The mail must have one From field with one address", "From is missing, double or unclear."
)
BAD_CONTENT = Reply(
    550, "5.6.0", "The mail is not well-formed", "The header breaks the rules that keep readers agreed."
)

# Who sent it
CANNOT_TELL_YET = Reply(
    451, "4.7.5", "The sender could not be checked yet, try again", "SPF, DKIM or DMARC look-ups fail for now."
)
FAILED_CHECKS = Reply(
    550, "5.7.26", "The sender failed several checks", "Neither SPF nor DKIM vouch for From, or DMARC asks to refuse."
)
NO_PASSING_SIGNATURE = Reply(550, "5.7.20", "No DKIM signature passes", "No signature, or none that passes.")
NO_AUTHOR_SIGNATURE = Reply(
    550, "5.7.22", "No valid DKIM signature of the author's domain", "A signature is too weak, partial, or another's."
)
SPF_FAILED = Reply(550, "5.7.23", "SPF fails", "SPF fails and there is no signature.")
UNPROVABLE = Reply(
    550,
    "5.7.1",
    "Your domain publishes no SPF, DKIM or DMARC, so that nobody can tell who you are",
    "The company refuses senders that cannot be proved.",
)
NOT_APPROVED = Reply(550, "5.7.1", "You may not send to this address", "The company refuses senders not approved.")
OUTSIDER = Reply(550, "5.7.1", "You may not send to this address", "A personal address takes its company's mail only.")

NOT_YOUR_ADDRESS = Reply(
    553, "5.7.1", "From is not a confirmed address of yours", "A submitted mail in somebody else's name."
)
NOT_KEPT = Reply(
    250,
    "2.0.0",
    "Ok: not kept",
    "The company's gateway: nobody who accepted it knows an outside party, so nothing is stored.",
)

# Our own trouble
DISK_FULL = Reply(452, "4.3.1", "No room, try again later", "The disk is full.")
TOO_MUCH_AT_ONCE = Reply(
    452,
    "4.3.1",
    "Too much mail at once, try again later",
    "All sessions together hold ten mails of the largest size; one up to 64 KiB is taken all the same.",
)
NOT_NOW = Reply(451, "4.3.0", "Trouble here, try again later", "Database, store or program fail; nothing is lost.")
OUT_OF_TIME = Reply(
    451, "4.3.0", "This took too long, try again later", "30 seconds after the dot nothing was decided."
)


def every() -> dict[str, Reply]:
    """Answer all replies by their names, in order."""
    return {name: value for name, value in globals().items() if isinstance(value, Reply)}


def render() -> str:
    """Render the table for operators."""
    rows = [
        f"| `{reply.line.format('…')}` | {reply.when} | {'yes' if reply.closes else ''} |" for reply in every().values()
    ]
    head = ["# What the receiver says", "", "Made by `python -m smtpd.replies`; change `smtpd/replies.py`.", ""]
    return "\n".join([*head, "| reply | when | closes |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.stdout.write(render())
