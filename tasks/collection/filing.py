"""One stored message -> what it was, whose it is, and what follows from it."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from tasks.as_task import task
from tasks.collection.answering import note_files, owe_answer, send_form_again, tell_lines
from tasks.collection.hearing import hear
from tasks.collection.matching import Case, Match, find_match, letter_of
from tasks.collection.notices import leave_to_a_person, note_life, note_reply_seen, note_report
from tasks.collection.remedies import settle_finding
from tasks.collection.returned import notice_in
from tasks.collection.senders import writer
from tasks.collection.standing import Weighed, form_meant, speaks, weigh, why_nobody_was_told, why_not
from tasks.collection.storing import clear_mailbox, shunt, store_mail, unread_ids
from tasks.collection.strange import ask_for_this_round, call_it_strange
from tasks.collection.words import keep_words, leave_to_person, lines_for, read_beside_form
from tasks.collection.workbooks import Filed, Opened, Workbook, file_workbooks, open_workbooks
from tasks.domain.assignment import AssignmentState
from tasks.domain.calendar import house_day
from tasks.domain.came import told_instead
from tasks.domain.inbox.marked_line import Marked, filled_lines
from tasks.domain.inbox.own_words import own_words
from tasks.domain.inbox.trust import OWN, Trust, What
from tasks.domain.letterbox import Facts, LetterKind, Verdict, may_answer_automatically, triage
from tasks.domain.message import Message, read_message
from tasks.extension import tell_contact
from tasks.progress import watched
from tasks.records import Assignment, Finding, Incoming, Letter, LetterBytes
from tasks.report import Report, one_by_one
from tasks.toolbox import Toolbox

REPORTS = frozenset({Verdict.BOUNCE, Verdict.DELAY, Verdict.NOTICE, Verdict.AUTO_REPLY})
UNREAD = frozenset({Verdict.AUTO_REPLY, Verdict.RECALL, Verdict.LIST_MAIL})
"""What a program wrote or passed round, and nobody reads: unless somebody has filled in a line, which waits."""
OfUnit = tuple[Assignment, Filed]
OfCase = tuple[Case, Marked]
NO_FILE = "Thư trả lời không kèm tệp phiếu đã điền."
LINK_ONLY = (
    "Thư chỉ có đường dẫn tới tệp lưu trên mạng ({host}), không có tệp phiếu kèm theo; hệ thống không tải tệp qua "
    "đường dẫn. Hãy tải tệp phiếu về máy rồi đính kèm (không “chia sẻ”) vào thư trả lời."
)


def file_one(session: Session, incoming_id: int, tools: Toolbox) -> Verdict | None:
    """Tell one message apart and do what follows; None when another collector has done it."""
    row = session.get(Incoming, incoming_id, with_for_update=True, options=[undefer(Incoming.raw)])
    if row is None or row.verdict is not None:
        return None
    message = read_message(row.raw)
    row.sender, row.subject, row.message_id = message.sender[:254], message.subject, message.message_id[:250]
    ours = frozenset({tools.house.sender_address.lower(), tools.house.reply_address.lower()})
    answers_us = letter_of(session, message.references) is not None
    rule = triage(Facts(message, _is_own(session, message, ours), ours, answers_us))
    row.verdict, row.why = rule.verdict, rule.why
    row.handled_at = tools.now()
    if rule.verdict in UNREAD and filled_lines(own_words(message.own_text), house_day(row.received_at)):
        _settle_reply(session, row, message, tools)
    elif rule.verdict in REPORTS:
        note_report(session, row, message, tools)
    elif rule.verdict is Verdict.UNMATCHED and notice_in(message):
        leave_to_a_person(session, row, message, tools)
    elif rule.verdict is Verdict.REPLY:
        note_life(session, message, tools)
        _settle_reply(session, row, message, tools)
    elif rule.verdict is Verdict.UNMATCHED:
        _guess_whose(session, row, message, tools)
    return row.verdict


def _guess_whose(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    """For the person at the desk; nothing is done by it."""
    match = find_match(session, message, [one.code for one in open_workbooks(message, tools).workbooks])
    row.guess_id = guess.id if (guess := match.named or match.guess) else None


def _is_own(session: Session, message: Message, ours: frozenset[str]) -> bool:
    """Under our address, and with no form but that of the letter whose Message-ID it has."""
    if message.sender not in ours:
        return False
    forms = {one.data for one in message.attachments if one.is_workbook}
    kept = select(LetterBytes.raw).join(Letter).where(Letter.message_id == message.message_id)
    sent = session.scalar(kept) if forms else None
    return forms <= ({one.data for one in read_message(sent).attachments} if sent else set())


def _settle_reply(session: Session, row: Incoming, message: Message, tools: Toolbox) -> None:
    opened = open_workbooks(message, tools)
    match = find_match(session, message, [one.code for one in opened.workbooks])
    if match.letter is not None:
        note_reply_seen(session, row, match.letter, message, tools)
    marked = keep_words(session, row, message, match, tools)
    _decide(session, row, message, opened, match, marked, tools)
    leave_to_person(session, row, match, marked, tools)


def _decide(
    session: Session, row: Incoming, message: Message, opened: Opened, match: Match, marked: Marked, tools: Toolbox
) -> None:
    weighed = Weighed() if match.doubt else weigh(session, row, message, match, opened.workbooks, tools)
    if match.doubt:
        row.verdict, row.why = Verdict.UNMATCHED, match.doubt
        row.guess_id = guess.id if (guess := match.guess or match.named) else None
        call_it_strange(session, row, message, opened, match, tools)
    elif weighed.why or (weighed := _without_form(session, message, match, weighed, tools)).why:
        row.verdict, row.why = Verdict.NOT_THEIRS, weighed.why
        row.guess_id = weighed.guess.id if weighed.guess else None
    elif isinstance(match.case, Finding):
        if not _heard(session, row, message, match.case, match, marked, tools, filed=False):
            settle_finding(session, row, message, match.case, marked, weighed.of_case[match.case.id], tools)
        _tell_not_taken(session, row, message, [(match.case, marked)], tools)
    elif meant := form_meant(session, match, opened.workbooks):
        ask_for_this_round(session, row, message, meant, opened, weighed, tools)
    elif _is_about_a_visit(match) and not opened.workbooks:
        row.verdict, row.why = Verdict.NO_WORKBOOK, "trả lời thư báo lịch kiểm tra, cần người đọc"
        row.guess_id = match.named.id if match.named else None
    else:
        filed = _file_all_workbooks(session, row, message, opened, match, weighed, tools)
        lines = _lines_of_each(session, row, message, match, filed)
        heard = _heard_all(session, row, message, match, lines, tools, filed=bool(filed))
        unclear = tuple(one for _, said in lines for one in said.unclear)
        if not filed and (opened.unreadable or not heard):
            assert match.case is not None  # else there would be a doubt
            _ask_for_workbook(session, row, message, match.case, opened, weighed, tools)
        elif not heard or unclear:
            read_beside_form(row, match, replace(marked, unclear=unclear))
        _tell_not_taken(session, row, message, lines, tools)


def _without_form(session: Session, message: Message, match: Match, weighed: Weighed, tools: Toolbox) -> Weighed:
    """Who brings no form is sent one, and heard, only where they may read what stands in it."""
    if weighed.of_case or match.case is None:
        return weighed
    what = What.REMEDY if isinstance(match.case, Finding) else What.FORM
    speaker = speaks(session, message, match.case, match, what, tools)
    if speaker.trust is Trust.DESK:
        return Weighed(why=why_not(session, message, match.case, speaker.who), guess=match.named)
    return Weighed({match.case.id: speaker})


def _is_about_a_visit(match: Match) -> bool:
    """“Xin lùi đến ngày 28” means the team then, and not the form."""
    return match.letter is not None and match.letter.kind is LetterKind.VISIT


def _lines_of_each(
    session: Session, row: Incoming, message: Message, match: Match, filed: Sequence[OfUnit]
) -> list[OfCase]:
    """The marked lines of the mail for the case that it is about, those of each form for its own."""
    own = [(match.case, ())] if match.case is not None else []
    cases = {case.code: (case, lines) for case, lines in [*own, *((one, done.lines) for one, done in filed)]}
    found: list[OfCase] = []
    for case, lines in cases.values():
        is_meant = match.case is not None and case.code == match.case.code
        texts = (*([row.words] if is_meant else []), *lines)
        found.append((case, lines_for(session, row, message, case, texts, again=bool(lines))))
    return found


def _heard_all(
    session: Session,
    row: Incoming,
    message: Message,
    match: Match,
    lines: Sequence[OfCase],
    tools: Toolbox,
    *,
    filed: bool,
) -> bool:
    heard = [_heard(session, row, message, case, match, marked, tools, filed=filed) for case, marked in lines]
    return any(heard)


def _tell_not_taken(session: Session, row: Incoming, message: Message, lines: Sequence[OfCase], tools: Toolbox) -> None:
    for case, marked in lines:
        if marked.unclear and case.owing and writer(session, message, case.unit, tools) in OWN:
            tell_lines(session, row, message, case, [one.words for one in marked.unclear], tools)


def _heard(
    session: Session,
    row: Incoming,
    message: Message,
    obligation: Case,
    match: Match,
    marked: Marked,
    tools: Toolbox,
    *,
    filed: bool,
) -> bool:
    """Whether marked lines ask for more time or promise a day; forms keep their verdict, other files are looked at."""
    speaker = speaks(session, message, obligation, match, What.MORE_TIME, tools)
    heard = None if speaker.trust is Trust.DESK else hear(session, row, message, marked, obligation, tools)
    if heard is None:
        return False
    row.why = heard.why
    if not filed:
        row.verdict = heard.verdict
    if not filed and not all(one.decorates for one in message.attachments):
        row.verdict, row.why = Verdict.WORDS, f"{heard.why}; tệp kèm theo chờ người đọc"
    if heard.letter is not None:
        owe_answer(session, heard.letter, obligation, tools)
    if heard.extension is not None and speaker.trust is Trust.TELL:
        tell_contact(session, heard.extension, tools, tools.now())
    return True


def _file_all_workbooks(
    session: Session,
    row: Incoming,
    message: Message,
    opened: Opened,
    match: Match,
    weighed: Weighed,
    tools: Toolbox,
) -> list[OfUnit]:
    """Each unit's workbooks for that unit; none when there is none that belongs to anybody."""
    of_unit: dict[int, tuple[Assignment, list[Workbook]]] = {}
    for workbook in opened.workbooks:
        if assignment := match.assignment_of(workbook.code):
            of_unit.setdefault(assignment.id, (assignment, []))[1].append(workbook)
    done = [
        (one, file_workbooks(session, row, message, one, workbooks, tools, weighed.of_case[one.id], came=opened.came))
        for one, workbooks in of_unit.values()
    ]
    results = [filed for _, filed in done]
    if results and not any(filed.verdict is Verdict.REPLY for filed in results):
        row.guess_id = next(iter(of_unit))
    if results:
        filed = next((one for one in results if one.verdict is Verdict.REPLY), results[0])
        row.verdict, row.why = filed.verdict, filed.why or row.why
    new = [one for one, filed in done if filed.verdict is Verdict.REPLY and not filed.why]
    if why := why_nobody_was_told(message, weighed, new):
        row.verdict, row.why = Verdict.WORDS, why
    return done


def _ask_for_workbook(
    session: Session,
    row: Incoming,
    message: Message,
    assignment: Assignment,
    opened: Opened,
    weighed: Weighed,
    tools: Toolbox,
) -> None:
    """No workbook that could be read: the same form again, with what to do about it."""
    row.guess_id = assignment.id
    if opened.came:
        row.why = reason = told_instead(opened.came)
        row.verdict = Verdict.UNREADABLE if opened.unreadable else Verdict.NO_WORKBOOK
    elif message.cloud_links:
        reason = LINK_ONLY.format(host=message.cloud_links[0].host)
        row.verdict, row.why = Verdict.NO_WORKBOOK, f"thư chỉ có đường dẫn tới {message.cloud_links[0].host}"
    else:
        row.verdict, row.why, reason = Verdict.NO_WORKBOOK, "thư không kèm tệp phiếu đã điền", NO_FILE
        if not may_answer_automatically(message):
            return  # words that a list or a machine passes on: a form for each would start a loop
    who = weighed.of_case[assignment.id].who
    if opened.came and assignment.state is AssignmentState.ANSWERED:
        note_files(session, row, message, assignment, opened.came, who, tools)
    send_form_again(session, row, message, assignment, reason, who, tools)


# --- for the flows ---------------------------------------------------------------------------------------------


def file_all(tools: Toolbox) -> Report:
    with tools.sessions() as session:
        ids = unread_ids(session)
    waiting = watched("Đọc và ghi nhận thư", ids)
    report = one_by_one(tools.sessions, waiting, lambda session, id_: file_one(session, id_, tools), "thư {}".format)
    _shunt_failures(tools, ids, report)
    return report


def _shunt_failures(tools: Toolbox, ids: list[int], report: Report) -> None:
    reasons = {failure.item: failure.why for failure in report.failures if not failure.passing}
    for id_ in ids:
        if why := reasons.get(f"thư {id_}"):
            with tools.sessions.begin() as session:
                shunt(session, id_, why)


@task(name="nhan-thu", retries=2, retry_delay_seconds=[30, 120])
def fetch_replies(tools: Toolbox) -> Report:
    return store_mail(tools)


@task(name="ghi-nhan-tra-loi")
def file_replies(tools: Toolbox) -> Report:
    return file_all(tools)


@task(name="xep-thu", retries=2, retry_delay_seconds=[30, 120])
def put_away(tools: Toolbox) -> Report:
    return clear_mailbox(tools)
