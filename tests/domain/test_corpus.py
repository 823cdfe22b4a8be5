"""The collection of nasty mails: each is told apart, its files and codes found, whatever its program did to it."""

import pytest

from tasks.domain.message import read_message
from tasks.domain.triage import Facts, triage
from tests.corpus import CORPUS
from tests.corpus.case import Case
from tests.corpus.shaping import FORM

IDS = [case.name for case in CORPUS]


def test_the_collection_is_as_large_as_promised_and_names_each_mail_once() -> None:
    assert len(CORPUS) >= 60
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("case", CORPUS, ids=IDS)
def test_each_mail_is_what_it_is(case: Case) -> None:
    message = read_message(case.raw)
    assert triage(Facts(message, from_ourselves=False)).verdict is case.verdict
    assert message.sender == case.sender
    assert message.codes == case.codes
    assert case.says in message.text


@pytest.mark.parametrize("case", CORPUS, ids=IDS)
def test_each_file_is_found_under_its_name(case: Case) -> None:
    message = read_message(case.raw)
    assert tuple(file.name for file in message.attachments) == case.files
    assert sum(file.data == FORM for file in message.attachments) == case.forms
    assert all(any(word in one.why for one in message.unopened) for word in case.unopened)
    assert bool(message.unopened) == bool(case.unopened)
    assert tuple(link.host for link in message.cloud_links) == case.clouds


@pytest.mark.parametrize("case", CORPUS, ids=IDS)
def test_each_notice_of_a_server_names_the_letter_and_the_reason(case: Case) -> None:
    message = read_message(case.raw)
    bounce = message.bounce
    assert (bounce.kind if bounce else None) == case.bounce
    assert message.returned_ids == case.ids
    assert message.bounce_tags == case.tags
    if bounce and case.recipients:
        assert (bounce.severity, bounce.status, bounce.recipients) == (case.severity, case.status, case.recipients)
