"""Watching ourselves: whatever should have happened by now and has not, told to the administrator once a day."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tasks.as_task import task
from tasks.calendar import due_moves, without_rungs
from tasks.domain.assignment import OWING
from tasks.domain.calendar import ZONE, house_day
from tasks.domain.deeds import Deed
from tasks.domain.errors import MailboxUnreachable
from tasks.domain.finding import FindingState
from tasks.domain.letterbox import LETTER_NAMES, REASON_NAMES, LetterKind, LetterState, Reason
from tasks.domain.vietnamese import moment_text
from tasks.identities import message_id
from tasks.letters import owe
from tasks.mailing.blaming import last_server_failure
from tasks.mailing.claiming import FOR_A_TIME, sweep_expired
from tasks.mailing.pausing import paused_domains
from tasks.mailing.reading_back import is_journal_lost
from tasks.planning import current_plan
from tasks.records import Assignment, Cycle, Finding, Incoming, Letter, MailSwitch, Plan, Round
from tasks.report import Failure, Report
from tasks.scheduling import HOURS
from tasks.toolbox import Toolbox

PATIENCE = timedelta(hours=1)
FORGOTTEN = timedelta(days=1)
LEAST_DISK = 1024**3


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong, and what the administrator can do about it."""

    what: str
    do: str
    about: str = ""
    """Which check it comes from: the same trouble is told once a day, a new one on the same day too."""


Check = Callable[[Session, Toolbox, datetime], Sequence[Alarm]]


def late_rungs(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    due = as_of - tools.lasting(PATIENCE)
    assignments = select(func.count()).where(Assignment.state.in_(OWING), Assignment.next_rung_at < due)
    findings = select(func.count()).where(Finding.state == FindingState.OPEN, Finding.next_rung_at < due)
    count = (session.scalar(assignments) or 0) + (session.scalar(findings) or 0)
    return _if(count, f"{count} nghĩa vụ đã đến lượt nhắc hơn 1 giờ mà chưa nhắc", "chạy: kiemtra run escalate-overdue")


def late_letters(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    held = and_(Letter.state == LetterState.HELD, Letter.reason.in_(FOR_A_TIME))
    waiting = or_(Letter.state == LetterState.QUEUED, held)
    stuck = select(func.count()).where(waiting, Letter.not_before < as_of - tools.lasting(PATIENCE))
    count = session.scalar(stuck) or 0
    return _if(
        count, f"{count} thư chờ gửi đã quá giờ hơn 1 giờ", "xem máy chủ thư đi, rồi chạy: kiemtra run send-letters"
    )


def uncertain_letters(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    sweep_expired(session, tools)
    count = session.scalar(select(func.count()).where(Letter.state == LetterState.UNCERTAIN)) or 0
    return _if(count, f"{count} thư chưa rõ đã đến hay chưa", "xem: kiemtra mail status")


TOLD_FOR = timedelta(days=7)


def failed_letters(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """Of any kind: a receipt that nobody gets is missed by nobody but its unit."""
    failed = select(Letter.kind, Letter.reason, func.count()).where(
        Letter.state == LetterState.FAILED, Letter.bundled_into_id.is_(None), Letter.not_before > as_of - TOLD_FOR
    )
    rows = session.execute(failed.group_by(Letter.kind, Letter.reason).order_by(Letter.kind, Letter.reason)).all()
    what = "; ".join(f"{n} thư {LETTER_NAMES[kind]} ({REASON_NAMES[why]})" for kind, why, n in rows if why)
    do = "xem: kiemtra mail status; sửa xong thì gửi lại: kiemtra mail resend --failed"
    return _if(rows, f"{sum(n for _, _, n in rows)} thư không gửi được: {what}", do)


def mail_server(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """It refuses us, or is not to be had, and nothing has left since."""
    failure = last_server_failure(session)
    if failure is None or failure.is_over:
        return []
    what = f"Máy chủ thư đi không nhận thư từ {moment_text(failure.at.astimezone(ZONE))}, thư đang chờ: {failure.why}"
    return [Alarm(what, "xem lại [mail.out], hạn mức và tài khoản gửi; thử: kiemtra check")]


def paused_mail(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """A domain that refuses us, a stop button that somebody forgot."""
    switch = session.get_one(MailSwitch, 1)
    forgotten = switch.stopped_at is not None and switch.stopped_at < as_of - FORGOTTEN
    ask = "hỏi bên quản trị thư; xem: kiemtra mail status"
    refused = [
        Alarm(f"Máy chủ {one.domain} từ chối thư của ta: {one.why}", ask) for one in paused_domains(session, as_of)
    ]
    stopped = f"gửi thư đang dừng hơn một ngày ({switch.stopped_by})"
    return [*refused, *_if(forgotten, stopped, "mở lại: kiemtra mail start")]


def unfiled_mail(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    waiting = select(func.count()).where(
        Incoming.verdict.is_(None), Incoming.stored_at < as_of - tools.lasting(PATIENCE)
    )
    count = session.scalar(waiting) or 0
    return _if(count, f"{count} thư đã nhận hơn 1 giờ mà chưa được đọc", "chạy: kiemtra run collect-replies")


def consents(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    waiting = select(func.count()).where(Letter.state == LetterState.HELD, Letter.reason == Reason.CONSENT)
    count = session.scalar(waiting) or 0
    return _if(count, f"{count} thư bị lỡ khi hệ thống ngừng đang chờ đồng ý gửi bù", "chạy: kiemtra catch-up")


def rosters(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """Every assignment has a request, sent or with its reason; an opening that was cut off is not complete."""
    unasked = select(func.count()).where(
        ~select(Letter.id).where(Letter.assignment_id == Assignment.id, Letter.kind == LetterKind.REQUEST).exists()
    )
    count = session.scalar(unasked.select_from(Assignment)) or 0
    open_ = session.scalar(select(func.count()).where(Cycle.roster_complete.is_(False))) or 0
    return [
        *_if(count, f"{count} đơn vị được giao phiếu nhưng chưa có thư gửi phiếu", "báo người phát triển"),
        *_if(open_, f"{open_} đợt mở dở dang", "chạy: kiemtra run open-cycles"),
    ]


def missed_rounds(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """A round that came too late to open: the office hears of it on that day."""
    rows = session.scalars(select(Round).where(Round.missed_at > as_of - timedelta(days=1)).order_by(Round.id))
    return [Alarm(f"Đợt “{row.code}” bị lỡ: {row.missed_why}", "xem: kiemtra plan show") for row in rows]


def moved_deadlines(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """A calendar was changed, and the deadlines it moves still stand on their old days."""
    count = len(due_moves(session, tools))
    return _if(count, f"{count} thời hạn cần dời theo lịch làm việc mới", "xem trước rồi duyệt: kiemtra calendar apply")


def rungs_without_a_day(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """What fell beyond the known calendar when it was written is dated only by a person, once the year is entered."""
    count = len(without_rungs(session, tools))
    what = f"{count} nghĩa vụ chưa có ngày nhắc, dù lịch làm việc nay đã có năm cần tính; sẽ không ai được nhắc"
    return _if(count, what, "xem trước rồi duyệt: kiemtra calendar apply")


def mailbox(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    try:
        with tools.mailbox.open() as opened:
            opened.waiting()
    except MailboxUnreachable as error:
        return [Alarm(f"Không đọc được hộp thư đến: {error}", "xem lại [mail.in] và mật khẩu; chạy: kiemtra check")]
    return []


def journal(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """Without it a restored backup would not know what has left since."""
    lost = "nhật ký thư mà cơ sở dữ liệu biết không còn: nếu phải khôi phục bản cũ thì không ai biết thư nào đã đi"
    do = "chép thư mục nhat-ky-thu từ bản sao lưu gần nhất vào chỗ; không có thì sao lưu ngay: kiemtra backup TỆP"
    return _if(is_journal_lost(session, tools), lost, do)


def disk(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    free = shutil.disk_usage(tools.house.results_folder.parent).free
    low = free < LEAST_DISK
    return _if(low, f"ổ đĩa chỉ còn {free // 1024**2} MB trống", "dọn ổ đĩa hoặc chuyển thư mục dữ liệu")


def _if(condition: object, what: str, do: str) -> list[Alarm]:
    return [Alarm(what, do)] if condition else []


CHECKS: Sequence[Check] = (
    late_rungs,
    late_letters,
    uncertain_letters,
    failed_letters,
    mail_server,
    paused_mail,
    unfiled_mail,
    rosters,
    missed_rounds,
    moved_deadlines,
    rungs_without_a_day,
    mailbox,
    journal,
    disk,
    consents,
)


def look(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    return [replace(alarm, about=check.__name__) for check in CHECKS for alarm in check(session, tools, as_of)]


# --- next year's calendar -------------------------------------------------------------------------------------------

ASKED_FROM, CONFIRMED_FROM = (10, 1), (12, 1)
WHAT_TO_ENTER = (
    "các ngày nghỉ Tết Dương lịch, Tết Nguyên đán (từ ngày nào đến ngày nào), Giỗ Tổ Hùng Vương (10/3 âm lịch), "
    "30/4 và 1/5, Quốc khánh, Ngày Văn hóa Việt Nam; các ngày nghỉ bù, ngày nghỉ hoán đổi và ngày làm bù"
)


def years_to_ask_for(session: Session, tools: Toolbox, as_of: datetime) -> list[Alarm]:
    """From 1 October next year must be known, from 1 December by a real notice; a question, not a fault (T56)."""
    today = house_day(as_of)
    if (today.month, today.day) < ASKED_FROM:
        return []
    asked, year = [], today.year + 1
    for name in _calendars_in_use(session):
        calendar = tools.definitions.calendar(name)
        if year not in calendar.years:
            what = f"Lịch “{name}” chưa có năm {year}: chưa lập được kế hoạch và chưa tính được hạn sang năm {year}"
        elif year in calendar.provisional and (today.month, today.day) >= CONFIRMED_FROM:
            what = f"Lịch “{name}” năm {year} mới là tạm tính theo quy tắc, chưa theo thông báo chính thức"
        else:
            continue
        asked.append(Alarm(what, f"{_how_to_enter(name, year)}", about=f"calendar:{name}:{year}"))
    return asked


def _how_to_enter(name: str, year: int) -> str:
    return (
        f"nhập {WHAT_TO_ENTER}. Có tệp Excel hoặc .ics: kiemtra calendar import <tệp> --name {name}. "
        f"Chưa có thông báo: kiemtra calendar draft {year} --name {name} để tạm tính, sau đó nhập lại"
    )


def _calendars_in_use(session: Session) -> list[str]:
    newest = session.scalar(select(func.max(Plan.year)))
    if newest is None:
        return []
    plan = current_plan(session, newest)
    return sorted({plan.calendar, *plan.calendars.values()})


def ask_for_years(session: Session, tools: Toolbox, as_of: datetime) -> None:
    """One letter a week to each administrator, one a day in December; none once the year is known."""
    today = house_day(as_of)
    asked = years_to_ask_for(session, tools, as_of)
    when = str(today) if (today.month, today.day) >= CONFIRMED_FROM else "W{1:02d}".format(*today.isocalendar())
    if asked and HOURS.opens <= as_of.astimezone(ZONE).time() < HOURS.closes:
        owe_alert(session, asked, f"years:{today.year + 1}:{when}", tools, as_of)


def tell(session: Session, alarms: Sequence[Alarm], tools: Toolbox, as_of: datetime) -> None:
    """One letter a day about the same troubles to each administrator, by the outbox; the run itself is red besides."""
    about = ",".join(sorted({alarm.about or alarm.what for alarm in alarms}))
    mark = hashlib.sha256(about.encode()).hexdigest()[:12]
    owe_alert(session, alarms, f"alert:{house_day(as_of)}:{mark}", tools, as_of)


def owe_alert(session: Session, alarms: Sequence[Alarm], key: str, tools: Toolbox, as_of: datetime) -> None:
    for address in tools.house.administrators:
        owe(
            session,
            Letter(
                key=f"{key}:{address}",
                kind=LetterKind.ALERT,
                recipient=address,
                state=LetterState.QUEUED,
                created_at=as_of,
                not_before=as_of,
                message_id=message_id(session, tools, key, address),
                words={
                    "as_of_words": moment_text(as_of),
                    "problems": [{"what": alarm.what, "do": alarm.do} for alarm in alarms],
                },
            ),
        )


# --- for the flows ---------------------------------------------------------------------------------------------


@task(name="tu-kiem-tra")
def watch_house(tools: Toolbox, as_of: datetime) -> Report:
    with tools.sessions.begin() as session:
        alarms = look(session, tools, as_of)
        if alarms:
            tell(session, alarms, tools, as_of)
        ask_for_years(session, tools, as_of)
    report = Report(failures=[Failure(alarm.what, alarm.do) for alarm in alarms])
    report.counts[Deed.CHECKED] = len(CHECKS) - min(len(alarms), len(CHECKS))
    return report
