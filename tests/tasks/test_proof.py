"""For each assignment: what was planned, handed over, bounced or delivered, answered; each with its time and source."""

from datetime import datetime
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.comments import Comment

from tasks.domain.mailing import EventKind
from tasks.mailing.pausing import paused_domains
from tasks.mailing.settling import note
from tasks.proof import Link, Summary, chain, summary
from tasks.records import Letter
from tests.tasks.world import ADDRESS, FIVE_BEFORE, OPENING, SHARED, World, find_assignment, moment, tag_of


def proof(world: World, unit: str) -> tuple[list[Link], Summary]:
    with world.sessions() as session:
        one = find_assignment(session, unit)
        return chain(session, one), summary(session, one)


def at(when: str) -> datetime:
    return moment(when)


def test_a_unit_that_answered_has_a_chain_from_the_plan_to_the_reply(opened: World) -> None:
    opened.send("2025-04-08 07:40")
    opened.answer("xa-vinh-o", "2025-04-10 09:00")
    links, found = proof(opened, "xa-vinh-o")
    assert found == Summary(at(OPENING), at("2025-04-08 07:40"), None, at("2025-04-10 09:00"), at("2025-04-10 09:00"))
    told = [(link.at, link.what.split(" tới")[0].split(":")[0]) for link in links if link.at <= at("2025-04-10 09:00")]
    assert told[:3] == [
        (at(OPENING), "lập thư gửi phiếu"),
        (at("2025-04-08 07:40"), "máy chủ thư đã nhận"),
        (at("2025-04-10 09:00"), "nhận trả lời của man@vinho.example"),
    ]
    assert "250 2.0.0 OK" in links[1].what
    assert links[1].source == "máy chủ thư"
    assert links[2].source.startswith("hộp thư đến, số ")


def test_what_was_seen_in_a_file_and_is_no_answer_is_told_to_the_office_too(opened: World) -> None:
    opened.send("2025-04-08 07:40")
    book = load_workbook(BytesIO(opened.filled("xa-vinh-o")))
    sheet = book.worksheets[0]
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "DX01")
    sheet.cell(place.row, 5).comment = Comment("Mới làm ở 3 thôn", "xã")
    saved = BytesIO()
    book.save(saved)
    opened.mail("xa-vinh-o", "2025-04-10 09:00", saved.getvalue())
    opened.collect("2025-04-10 09:00")
    opened.send("2025-04-10 09:05")
    assert "được giữ cho cơ quan xem" in " ".join(opened.outbox.to(ADDRESS["xa-vinh-o"])[-1].text.split())
    links, _ = proof(opened, "xa-vinh-o")
    told = [link.what for link in links if link.what.startswith("lưu ý khi đọc tệp: ")]
    assert len(told) == 1
    assert "“Mới làm ở 3 thôn” được giữ cho cơ quan xem" in told[0]


def test_a_form_that_goes_back_says_what_was_not_read_in_it(opened: World) -> None:
    opened.send("2025-04-08 07:40")
    book = load_workbook(BytesIO(opened.filled("xa-vinh-o", {"DX01": "Có"})))
    for number in range(12):
        book.create_sheet(f"Trang riêng {number}")["A1"] = "Số liệu khác"
    saved = BytesIO()
    book.save(saved)
    opened.mail("xa-vinh-o", "2025-04-10 09:00", saved.getvalue())
    opened.collect("2025-04-10 09:00")
    opened.send("2025-04-10 09:05")
    told = " ".join(opened.outbox.to(ADDRESS["xa-vinh-o"])[-1].text.split())
    assert "Lưu ý khi đọc tệp đơn vị đã gửi: - Trang “Trang riêng 0” không thuộc phiếu" in told
    assert "- và 2 chỗ khác" in told


def test_every_try_is_a_link_with_the_server_s_words(opened: World) -> None:
    opened.outbox.refuses_for_now.add(ADDRESS["xa-vinh-o"])
    opened.send("2025-04-08 07:40")
    opened.outbox.refuses_for_now.clear()
    opened.send("2025-04-08 07:45")
    links, found = proof(opened, "xa-vinh-o")
    assert [link.at for link in links] == [at(OPENING), at("2025-04-08 07:40"), at("2025-04-08 07:45")]
    assert "450 4.7.1 too much mail" in links[1].what
    assert found.handed_over_at == at("2025-04-08 07:45")
    assert found.arrived_at is None, "that a server took it does not prove that it arrived"


def test_what_was_never_sent_says_why(opened: World) -> None:
    opened.outbox.refuses_for_good[ADDRESS["xa-vinh-o"]] = "550 5.1.1 user unknown"
    opened.send(OPENING)
    links, found = proof(opened, "xa-vinh-o")
    assert "hiện không gửi được: máy chủ thư từ chối" in links[0].what
    assert "550 5.1.1 user unknown" in links[-1].what
    assert (found.handed_over_at, found.answered_at) == (None, None)


def test_a_delivery_notice_is_kept_as_a_sign_from_the_other_side(begun: World) -> None:
    letter = begun.letters_of("xa-vinh-o")[0]
    with begun.sessions.begin() as session:
        row = session.get_one(Letter, letter.id)
        note(session, row, EventKind.DELIVERED, at("2025-04-08 07:36"), "báo cáo chuyển thư", "250 delivered")
    _, found = proof(begun, "xa-vinh-o")
    assert found.arrived_at == at("2025-04-08 07:36")


def test_every_line_of_a_digest_has_the_proof_of_the_message_it_travelled_in(begun: World) -> None:
    begun.climb(FIVE_BEFORE)
    begun.send(FIVE_BEFORE)
    assert len(begun.outbox.to(SHARED)) == 1
    for unit in ("pnn-mt", "ptp"):
        links, _ = proof(begun, unit)
        assert [link.what.split(":")[0] for link in links if link.at == at(FIVE_BEFORE)][-1] == "máy chủ thư đã nhận"


def test_a_bounce_stands_in_the_chain_with_the_mail_that_brought_it(begun: World) -> None:
    begun.bounce(begun.letters_of("xa-vinh-o")[0].id, "2025-04-08 07:50", diagnostic="550 5.1.1 no such user")
    links, found = proof(begun, "xa-vinh-o")
    assert found.bounced_at == at("2025-04-08 07:50")
    bounce = next(link for link in links if link.what.startswith("thư bị trả lại"))
    assert "no such user" in bounce.what
    assert "thư đến số" in bounce.source


def test_a_reply_settles_the_doubt_about_the_letter_it_answers(opened: World) -> None:
    opened.outbox.dies_after_content.add(ADDRESS["xa-vinh-o"])
    opened.send(OPENING)
    opened.answer("xa-vinh-o", "2025-04-08 07:44", {"DX01": "Có"})
    letter = opened.letters_of("xa-vinh-o")[0]
    assert letter.state.value == "sent"
    links, _ = proof(opened, "xa-vinh-o")
    assert "đã thấy thư trả lời" in [link.what.split(":")[0] for link in links]


def test_a_bounce_that_quotes_nothing_is_known_by_the_address_it_comes_to(begun: World) -> None:
    """VERP: old servers return neither our headers nor the recipient."""
    tag = tag_of(begun.letters_of("xa-vinh-o")[0].message_id)
    bounce = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@donvi.example\r\n"
        f"Delivered-To: dancho+b-{tag}@vinhlinh.example\r\nSubject: failure notice\r\n\r\n"
        "Hi. This is the qmail-send program.\r\nI'm afraid I wasn't able to deliver your message.\r\n\r\n"
        "<man@vinho.example>:\r\n550 5.1.1 no such user\r\n"
    )
    begun.mailbox.put(bounce.encode(), at("2025-04-08 08:00"))
    begun.collect("2025-04-08 08:00")
    _, found = proof(begun, "xa-vinh-o")
    assert found.bounced_at == at("2025-04-08 08:00")
    assert begun.letters_of("xa-vinh-o")[0].state.value == "failed"


def test_an_absence_notice_is_a_sign_that_the_letter_arrived(opened: World) -> None:
    opened.outbox.dies_after_content.add(ADDRESS["xa-vinh-o"])
    opened.send(OPENING)
    opened.mail(
        "xa-vinh-o", "2025-04-08 07:41", subject="Tự động trả lời: vắng mặt", headers={"Auto-Submitted": "auto-replied"}
    )
    opened.collect("2025-04-08 07:41")
    _, found = proof(opened, "xa-vinh-o")
    assert (found.arrived_at, found.answered_at) == (at("2025-04-08 07:41"), None)
    assert opened.letters_of("xa-vinh-o")[0].state.value == "sent"


def test_a_bounce_for_policy_blames_no_address_and_pauses_no_domain(begun: World) -> None:
    """Anybody can write such a report: only our own conversation with a server says that it does not want us."""
    begun.bounce(begun.letters_of("xa-vinh-o")[0].id, "2025-04-08 08:00", "5.7.1", "554 5.7.1 blocked by policy")
    assert begun.unit("xa-vinh-o").contacts[0].bounces == 0
    with begun.sessions() as session:
        assert paused_domains(session, at("2025-04-08 08:01")) == []
