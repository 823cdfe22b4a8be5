"""Before anybody signs: what the unit was sent and what became of it; and the official letter that is drafted."""

import io
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT

from tasks.approval import awaiting_approval
from tasks.domain.dossier import Chase, Dossier, signer_title, symbol_of
from tasks.domain.ladder import Role
from tasks.domain.letterbox import LetterKind
from tasks.dossier import chases, dossier_of
from tests.tasks.world import ADDRESS, FIVE_BEFORE, ONE_AFTER, SEVEN_AFTER, THREE_AFTER, UNITS, World, moment


@pytest.fixture
def late(begun: World) -> World:
    """Three working days past the due day: everybody was reminded, the chief's letters wait."""
    for when in (FIVE_BEFORE, ONE_AFTER):
        begun.climb(when)
        begun.send(when)
    return begun


def dossier(world: World, unit: str, when: str = THREE_AFTER) -> Dossier:
    with world.sessions() as session:
        return dossier_of(session, session.merge(world.assignment(unit)), world.tools, moment(when))


def drafted(world: World, when: str = THREE_AFTER) -> list[Chase]:
    with world.sessions() as session:
        return chases(session, awaiting_approval(session), world.tools, moment(when))


def word(world: World, chase: Chase) -> Any:
    return Document(io.BytesIO(world.tools.documents.chase_letter(chase)))


def text_of(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_the_dossier_proves_what_was_sent_by_the_servers_own_words(late: World) -> None:
    found = dossier(late, "xa-vinh-o")
    assert [proof.what for proof in found.proofs] == ["gửi phiếu", "nhắc", "nhắc", "báo lãnh đạo đơn vị"]
    assert all("250 2.0.0 OK" in proof.outcome for proof in found.proofs)
    assert found.proofs[1].words.startswith(f"09/05/2025: nhắc tới {ADDRESS['xa-vinh-o']}: máy chủ thư đã nhận")
    assert (found.days_late, found.standing) == (3, "quá hạn 3 ngày làm việc")
    assert found.reached


def test_a_unit_whose_letters_all_came_back_is_not_said_to_have_been_reached(begun: World) -> None:
    request = begun.letters_of("xa-vinh-o", LetterKind.REQUEST)[0]
    begun.bounce(request.id, "2025-04-08 08:00", status="4.2.2", diagnostic="mailbox full")
    found = dossier(begun, "xa-vinh-o")
    assert not found.reached
    assert "không gửi được, thư bị trả lại" in found.proofs[0].words


def test_an_answer_in_part_stands_in_the_dossier(late: World) -> None:
    late.answer("xa-vinh-o", "2025-05-20 09:00", {"DX01": "Có"})
    (reply,) = dossier(late, "xa-vinh-o").replies
    assert reply.startswith("09:00 ngày 20/05/2025")
    assert "còn thiếu" in reply


def test_each_officer_and_round_has_one_official_letter_with_every_late_unit(late: World) -> None:
    late.climb(SEVEN_AFTER)
    found = drafted(late, SEVEN_AFTER)
    assert [(one.signer_name, len(one.units)) for one in found] == [
        ("Lê Thị Minh Châu", len(UNITS)),
        ("Trần Quốc Bảo", len(UNITS)),
    ]
    assert [one.file_name for one in found] == [
        "Cong-van-don-doc-kiem-tra-truong-phong-27052025.docx",
        "Cong-van-don-doc-kiem-tra-pho-chu-tich-27052025.docx",
    ]


def test_whoever_has_answered_is_not_named_in_it(late: World) -> None:
    late.climb(THREE_AFTER)
    late.answer("xa-vinh-o", "2025-05-21 08:00")
    (chase,) = drafted(late)
    assert "Xã Vĩnh Ô" not in text_of(word(late, chase))
    assert "Xã Vĩnh Hà" in text_of(word(late, chase))


def test_the_letter_has_the_official_layout_with_a_blank_number_and_day(late: World) -> None:
    late.climb(THREE_AFTER)
    (chase,) = drafted(late)
    document = word(late, chase)
    said = text_of(document)
    assert "Số:      /UBND-NV" in said
    assert "Vĩnh Linh, ngày      tháng      năm 2025" in said
    assert "V/v đôn đốc Kiểm tra đợt 1 năm 2025" in said
    assert "Kính gửi: Các đơn vị có tên trong Phụ lục kèm theo." in said
    assert "TL. CHỦ TỊCH" in said
    assert "TRƯỞNG PHÒNG NỘI VỤ" in said
    assert "Yêu cầu các đơn vị nghiêm túc thực hiện./." in said
    assert document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    assert "(Kèm theo Công văn số      /UBND-NV" in said


def test_the_annex_shows_lateness_and_proof_in_official_order(late: World) -> None:
    late.climb(THREE_AFTER)
    (chase,) = drafted(late)
    rows = [[cell.text for cell in row.cells] for row in word(late, chase).tables[-1].rows]
    assert [row[1] for row in rows[1:]] == [unit.name for unit in UNITS]
    assert rows[1][3:5] == ["hết 16/05/2025", "quá hạn 3 ngày làm việc"]
    assert "09/05/2025 nhắc" in rows[1][5]


def test_one_late_unit_is_addressed_by_name(late: World) -> None:
    late.climb(THREE_AFTER)
    for unit in UNITS[1:]:
        late.answer(unit.code, "2025-05-21 08:00")
    (chase,) = drafted(late)
    assert "Kính gửi: UBND xã Vĩnh Ô." in text_of(word(late, chase))


def test_findings_are_chased_in_a_letter_of_their_own(begun: World) -> None:
    begun.lock("2025-07-01 08:00")
    number = begun.raise_finding("xa-vinh-o", when="2025-06-18 09:00")
    begun.climb("2025-07-23 07:30")
    (chase,) = drafted(begun, "2025-07-23 07:30")
    said = text_of(word(begun, chase))
    assert "khắc phục tồn tại, kiến nghị sau kiểm tra" in said
    assert f"kiến nghị {number}" in said


def test_drafting_changes_nothing(late: World) -> None:
    late.climb(THREE_AFTER)
    before = late.rows()
    late.tools.documents.chase_letter(drafted(late)[0])
    assert late.rows() == before


@pytest.mark.parametrize(
    ("role", "title", "lines"),
    [
        (Role.TRUONG_PHONG, "Trưởng phòng Nội vụ", "TL. CHỦ TỊCH\nTRƯỞNG PHÒNG NỘI VỤ"),
        (Role.PHO_CHU_TICH, "Phó Chủ tịch UBND huyện", "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"),
        (Role.CHU_TICH, "Chủ tịch UBND huyện", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"),
    ],
)
def test_each_officer_signs_on_behalf_of_whom_he_may(role: Role, title: str, lines: str) -> None:
    assert signer_title(role, title) == lines


@pytest.mark.parametrize(
    ("office", "symbol"), [("Phòng Nội vụ", "UBND-NV"), ("Phòng Văn hóa - Xã hội", "UBND-VHXH"), ("", "UBND")]
)
def test_a_cong_van_names_the_office_that_drafts_it(office: str, symbol: str) -> None:
    assert symbol_of("UBND", office) == symbol
