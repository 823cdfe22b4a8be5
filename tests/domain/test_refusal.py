"""Whose fault a refusal is: the answers of the mail servers that offices meet, a line each."""

import pytest

from tasks.domain.refusal import Blame, Stage, blame, likeness

SENDER, RCPT, CONTENT = Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT
NOBODY, US, DOMAIN, ADDRESS = Blame.NOBODY, Blame.US, Blame.DOMAIN, Blame.ADDRESS

POSTFIX = [
    (SENDER, "552 5.3.4 Message size exceeds fixed limit", US),
    (RCPT, "553 5.7.1 <dancho@x.example>: Sender address rejected: not owned by user dancho@x.example", US),
    (RCPT, "550 5.1.0 <dancho@x.example>: Sender address rejected: User unknown in virtual mailbox table", US),
    (RCPT, "550 5.1.1 <dancho@x.example>: Sender address rejected: User unknown in local recipient table", US),
    (RCPT, "450 4.1.8 <dancho@x.example>: Sender address rejected: Domain not found", US),
    (RCPT, "550 5.1.1 <a@y.example>: Recipient address rejected: User unknown in local recipient table", ADDRESS),
    (RCPT, "450 4.2.0 <a@y.example>: Recipient address rejected: Greylisted, see http://postgrey.example/", NOBODY),
    (RCPT, "451 4.3.0 <a@y.example>: Temporary lookup failure", NOBODY),
    (RCPT, "554 5.7.1 <a@y.example>: Relay access denied", DOMAIN),
    (RCPT, "554 5.7.1 <a@y.example>: Recipient address rejected: Access denied", DOMAIN),
    (RCPT, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.dnsbl.example", DOMAIN),
    (RCPT, "450 4.7.1 Error: too much mail from 192.0.2.1", NOBODY),
    (RCPT, "452 4.3.1 Insufficient system storage", NOBODY),
    (CONTENT, "550 5.7.1 Message content rejected", DOMAIN),
    (CONTENT, "451 4.3.0 Error: queue file write error", NOBODY),
    (CONTENT, "554 5.6.0 Message contains invalid header", ADDRESS),
]
EXIM = [
    (SENDER, "552 Message size exceeds maximum permitted", US),
    (SENDER, "550 Access denied - Invalid HELO name", US),
    (RCPT, "550 Sender verify failed", US),
    (RCPT, "550 Unrouteable address", ADDRESS),
    (RCPT, "550 relay not permitted", DOMAIN),
    (RCPT, "550 Administrative prohibition", DOMAIN),
    (RCPT, "451 Temporary local problem - please try later", NOBODY),
    (RCPT, "550 No Such User Here", ADDRESS),
    (CONTENT, "552 Message size exceeds maximum permitted", US),
    (CONTENT, "550 Message rejected: Domain x.example has exceeded the max emails per hour (101/100) allowed.", US),
    (CONTENT, "550 Your outgoing mail is suspended", US),
    (CONTENT, "550 This message was classified as SPAM and may not be delivered", DOMAIN),
]
EXCHANGE = [
    (SENDER, "530 5.7.57 Client not authenticated to send mail", US),
    (SENDER, "421 4.3.2 Service not available", US),
    (RCPT, "550 5.1.8 Access denied, bad outbound sender AS(42004)", US),
    (RCPT, "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", US),
    (RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", ADDRESS),
    (RCPT, "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", DOMAIN),
    (RCPT, "550 5.7.124 Sender not in allowed-senders list", DOMAIN),
    (RCPT, "550 5.4.1 Recipient address rejected: Access denied", ADDRESS),
    (CONTENT, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", US),
    (CONTENT, "554 5.2.252 SendAsDenied; x@x.example not allowed to send as y@x.example", US),
    (CONTENT, "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process", US),
    (CONTENT, "554 5.2.0 Message was not submitted: outbound spam", US),
    (CONTENT, "550 5.7.501 Access denied, spam abuse detected", US),
    (CONTENT, "550 5.7.705 Access denied, tenant has exceeded threshold", US),
    (CONTENT, "552 5.3.4 Message size exceeds fixed maximum message size", US),
    (CONTENT, "552 5.2.2 Mailbox full; over quota", ADDRESS),
    (CONTENT, "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded", NOBODY),
    (CONTENT, "550 5.7.1 Delivery not authorized, message refused", DOMAIN),
]
GMAIL = [
    (SENDER, "530 5.7.0 Authentication Required.", US),
    (SENDER, "535 5.7.8 Username and Password not accepted.", US),
    (RCPT, "550 5.1.1 The email account that you tried to reach does not exist. gsmtp", ADDRESS),
    (RCPT, "550 5.4.5 Daily user sending limit exceeded. gsmtp", US),
    (RCPT, "550 5.7.1 Daily SMTP relay limit exceeded for customer. gsmtp", US),
    (RCPT, "450 4.2.1 Peak SMTP relay limit exceeded for customer. gsmtp", US),
    (RCPT, "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents more", NOBODY),
    (RCPT, "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more", ADDRESS),
    (RCPT, "452 4.2.2 The email account that you tried to reach is over quota.", NOBODY),
    (RCPT, "552 5.2.2 The email account that you tried to reach is over quota.", ADDRESS),
    (CONTENT, "550 5.7.1 Our system has detected that this message is likely unsolicited mail", DOMAIN),
    (CONTENT, "552 5.7.0 This message was blocked because its content presents a potential security issue", DOMAIN),
    (CONTENT, "421 4.7.0 Try again later, closing connection.", NOBODY),
]
ZIMBRA = [
    (RCPT, "553 5.7.1 <dancho@x.example>: Sender address rejected: not logged in", US),
    (RCPT, "554 5.7.1 <a@y.example>: Recipient address rejected: Policy rejection; Message count quota exceeded", US),
    (RCPT, "550 5.1.1 <a@y.example>: Recipient address rejected: y.example", ADDRESS),
    (CONTENT, "552 5.2.2 Over quota", ADDRESS),
    (CONTENT, "554 5.7.1 Message blocked: spam", DOMAIN),
]
TABLE = [*POSTFIX, *EXIM, *EXCHANGE, *GMAIL, *ZIMBRA]


@pytest.mark.parametrize(("stage", "said", "whose"), TABLE, ids=[said[:50] for _, said, _ in TABLE])
def test_each_answer_blames_whom_it_is_about(stage: Stage, said: str, whose: Blame) -> None:
    code, _, words = said.partition(" ")
    assert blame(stage, int(code), words) is whose


def test_what_an_address_spells_is_nobody_s_words() -> None:
    assert blame(RCPT, 550, "5.1.1 <outbound-spam-quota@x.example> unknown") is ADDRESS


def test_equal_refusals_are_equal_whatever_addresses_and_numbers_they_carry() -> None:
    one = likeness("550 5.7.1 <a@x.example>: refused by rule, session k7-20a see https://x.example/1")
    assert one == likeness("550 5.7.1 <b@y.example>: refused by rule, session z9-11b see https://x.example/2") != ""
    assert one != likeness("550 5.7.1 <a@x.example>: refused by another rule")


@pytest.mark.parametrize("said", ["550 5.1.1 no", "550 5.1.2 no", "550 user unknown", "450 4.7.1 later", "mất kết nối"])
def test_what_anybody_says_of_unknown_users_is_never_alike(said: str) -> None:
    assert likeness(said) == ""
