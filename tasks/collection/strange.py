"""A form that came in the place of another: of a closed round, of another unit, of another office."""

from sqlalchemy.orm import Session

from tasks.collection.answering import send_form_again
from tasks.collection.matching import Match
from tasks.collection.senders import writer
from tasks.collection.standing import Weighed
from tasks.collection.workbooks import Opened
from tasks.domain.letterbox import Verdict
from tasks.domain.message import Message
from tasks.records import Assignment, Incoming
from tasks.toolbox import Toolbox

OTHER_ROUND = "Tệp “{file}” là phiếu của một đợt đã khóa, không phải phiếu của {title} (mã {code})"
OTHER_UNIT = (
    "Tệp “{file}” là phiếu của {other} (mã {code}), không phải phiếu của {unit} nên chưa ghi nhận, đang chờ người xem"
)
OTHER_OFFICE = (
    "Tệp “{file}” mang mã {code} không có trong sổ của chúng tôi: là phiếu của cơ quan hoặc phần mềm khác, hoặc mã đã "
    "bị sửa, nên chưa ghi nhận, đang chờ người xem"
)
FILL_IN_THIS = "hãy điền tệp phiếu kèm thư này."


def ask_for_this_round(
    session: Session,
    row: Incoming,
    message: Message,
    meant: Assignment,
    opened: Opened,
    weighed: Weighed,
    tools: Toolbox,
) -> None:
    """Last year's file, found again and filled in: its round is closed, and nothing has come for this one."""
    row.guess_id, row.verdict = meant.id, Verdict.NO_WORKBOOK
    row.why = OTHER_ROUND.format(file=opened.workbooks[0].file.name, title=meant.cycle.round.title, code=meant.code)
    who = next(iter(weighed.of_case.values())).who  # of the same unit
    send_form_again(session, row, message, meant, f"{row.why}; {FILL_IN_THIS}", who, tools)


def call_it_strange(
    session: Session, row: Incoming, message: Message, opened: Opened, match: Match, tools: Toolbox
) -> None:
    """The form of another unit or office in the place of one that is owed: a person looks, and the unit hears of it."""
    meant = match.around
    if not isinstance(meant, Assignment) or not opened.workbooks:
        return
    file = opened.workbooks[0]
    other = match.of_code.get(file.code)
    words = OTHER_UNIT if other else OTHER_OFFICE
    reason = words.format(
        file=file.file.name, code=file.code, unit=meant.unit.name, other=other.unit.name if other else ""
    )
    who = writer(session, message, meant.unit, tools)
    send_form_again(session, row, message, meant, f"{reason}. {FILL_IN_THIS.capitalize()}", who, tools)
