"""The words of the command `kiemtra`: every verb with its options; nothing is imported until a command is chosen."""

import argparse

from flows.typed import Parser, at_least_one, day, day_or_code, hour, last_day, moment, person, reason, source

FLOWS = ("open-cycles", "send-letters", "collect-replies", "escalate-overdue", "compile-year", "watch")
COUNTS = ("cong_ngay", "cong_ngay_lam_viec", "truoc_ngay", "truoc_ngay_lam_viec", "lien_tuc", "den_het_ngay")
WHEN_OFF = ("giu_nguyen", "lui", "keo_ve")
OF_NO_MOMENT = frozenset(
    {"init", "check", "backup", "demo", "serve", "door", "rehearse", "calendar", "checklist", "templates", "law"}
)
"""Commands about the program and its files: the year is as it is."""
NOTED = frozenset(
    {
        "register:import_units",
        "register:reached",
        "register:send_what_is_open",
        "register:exempt_unit",
        "decide:open_urgent",
        "decide:approve",
        "decide:drop",
        "decide:add_finding",
        "visit:plan",
        "visit:import_visits",
        "visit:cancel",
        "mail:start",
        "plan:import_plan",
        "ladder:apply",
        "calendar:import_calendar",
        "calendar:draft_year",
        "calendar:apply_calendar",
        "catch_up:catch_up",
        "backup:restore",
    }
)
"""Acts that the audit log notes: who does them may be told; others take --by for themselves."""
AS_OF = "tính như đang ở thời điểm này (mặc định: bây giờ)"
ANSWERED = "bao nhiêu phần trăm đơn vị trả lời trước hạn (mặc định 0: xấu nhất)"


def parser() -> argparse.ArgumentParser:
    top = Parser(prog="kiemtra", description="Một năm kiểm tra, giám sát thực hiện dân chủ ở cơ sở.")
    top.add_argument("--settings", metavar="TỆP", help="tệp cấu hình (mặc định: kiemtra.toml ở thư mục hiện tại)")
    verbs = top.add_subparsers(dest="verb", metavar="<lệnh>", required=True, parser_class=Parser)
    _set_up(verbs)
    _register_and_plan(verbs)
    _run(verbs)
    _look_and_decide(verbs)
    _year(verbs)
    _calendar(verbs)
    _definitions(verbs)
    _take_a_moment(verbs)
    return top


def _take_a_moment(verbs: "Verbs[Parser]") -> None:
    """Whatever reads or changes the year can be asked as of a moment; some tell it from the real one themselves."""
    for name, verb in verbs.choices.items():
        for leaf in verb.leaves():
            if leaf.get_default("target") in NOTED and not leaf.takes("--by"):
                leaf.add_argument("--by", default="", metavar="NGƯỜI", help=BY)
            takes = name not in OF_NO_MOMENT and not leaf.takes("--as-of")
            leaf.set_defaults(at_its_moment=takes)
            if takes:
                leaf.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


Verbs = argparse._SubParsersAction


def _add(verbs: "Verbs[Parser]", name: str, target: str, help_: str) -> Parser:
    """`target`: 'module:function' under flows.console, imported only when the command runs."""
    command = verbs.add_parser(name, help=help_, description=help_)
    command.set_defaults(target=target)
    return command


def _group(verbs: "Verbs[Parser]", name: str, help_: str) -> "Verbs[Parser]":
    group = verbs.add_parser(name, help=help_, description=help_)
    return group.add_subparsers(dest=f"{name}_verb", metavar="<việc>", required=True, parser_class=Parser)


def _set_up(verbs: "Verbs[Parser]") -> None:
    init = _add(verbs, "init", "setup:init", "tạo tệp cấu hình có chú thích và cơ sở dữ liệu (chạy lại: nâng cấp)")
    init.add_argument("--folder", default=".", metavar="THƯ_MỤC", help="nơi đặt tệp cấu hình")
    check = _add(verbs, "check", "setup:check", "kiểm tra cấu hình, kế hoạch, bảng kiểm, lịch, mẫu thư, thư, Prefect")
    check.add_argument(
        "--offline", action="store_true", help="không thử kết nối máy chủ thư và Prefect, không gửi thư thử"
    )
    check.add_argument("--wait", type=float, default=60, metavar="GIÂY", help="đợi thư thử về bao lâu (mặc định: 60)")
    keep = _add(verbs, "backup", "backup:backup", "sao lưu cả hệ thống vào một tệp, kể cả khi dịch vụ đang chạy")
    keep.add_argument("file", metavar="TỆP")
    back = _add(verbs, "restore", "backup:restore", "khôi phục từ một bản sao lưu; mọi thư được giữ lại")
    back.add_argument("file", nargs="?", metavar="TỆP")
    back.add_argument("--yes", action="store_true", help="không hỏi lại")
    back.add_argument("--status", action="store_true", help="sau khi khôi phục: thư nào sẽ đi, thư nào còn ngờ")
    again = "đọc lại nhật ký thư, thư đã gửi và hộp thư (khi lần trước chưa vào được, hoặc đã chép tệp bằng tay)"
    back.add_argument("--read-back", action="store_true", help=again)
    back.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    demo = _add(verbs, "demo", "demo:demo", "chạy mẫu trọn năm 2025 của huyện Vĩnh Linh trên đồng hồ ảo")
    demo.add_argument("--folder", default="demo", metavar="THƯ_MỤC", help="nơi đặt kết quả (mặc định: demo)")
    demo.add_argument("--keep", action="store_true", help="giữ giao diện Prefect mở để xem")


def _register_and_plan(verbs: "Verbs[Parser]") -> None:
    units = _group(verbs, "units", "danh sách đơn vị")
    take = _add(units, "import", "register:import_units", "nhận danh sách từ tệp Excel (xem trước, rồi mới ghi)")
    take.add_argument("file", metavar="TỆP.xlsx")
    take.add_argument("--yes", action="store_true", help="ghi luôn, không hỏi")
    take.add_argument("--preview", action="store_true", help="chỉ xem trước, không ghi")
    same = "trả lời một câu hỏi của lệnh này: dòng ấy là đơn vị có mã này"
    take.add_argument("--same", nargs="+", default=[], metavar="SỐ=MÃ", help=same)
    new = "trả lời một câu hỏi của lệnh này: dòng ấy là đơn vị mới"
    take.add_argument("--new", nargs="+", type=int, default=[], metavar="SỐ", help=new)
    off = "dòng bị ẩn, bị gạch ngang: hỏi (ask), nhận (take) hay bỏ qua (leave)"
    take.add_argument("--off-rows", choices=("ask", "take", "leave"), default="ask", help=off)
    ask = "gửi lại phiếu còn nợ của đơn vị vừa đổi đầu mối cho đầu mối mới, không hỏi"
    take.add_argument("--send-open", action="store_true", help=ask)
    _add(units, "list", "register:list_units", "in danh sách theo thứ tự chính thức")
    give = _add(units, "export", "register:export_units", "xuất danh sách ra tệp Excel")
    give.add_argument("file", metavar="TỆP.xlsx")
    again = _add(
        units, "reached", "register:reached", "địa chỉ cũ của đơn vị đã nhận được thư trở lại: gửi lại phiếu còn nợ"
    )
    again.add_argument("unit", metavar="MÃ")
    give_open = _add(units, "send-open", "register:send_what_is_open", "gửi lại phiếu, kiến nghị còn nợ cho đầu mối")
    give_open.add_argument("units", nargs="+", metavar="MÃ")
    _ask(units)
    free = _add(units, "exempt", "register:exempt_unit", "miễn trả lời cho đơn vị đã giải thể hoặc không thuộc diện")
    free.add_argument("units", nargs="+", metavar="ĐƠN_VỊ", help="mã hoặc tên; nhiều thì xem trước")
    free.add_argument("--yes", action="store_true", help="làm luôn, không hỏi")
    free.add_argument("--cycle", metavar="ĐỢT", help="chỉ một đợt (mặc định: mọi phiếu còn nợ)")
    free.add_argument("--why", default="", metavar="LÝ_DO", help="lý do, được lưu lại")
    free.add_argument("--undo", action="store_true", help="thôi miễn: đơn vị lại phải trả lời")
    plan = _group(verbs, "plan", "kế hoạch năm")
    read = _add(plan, "import", "plan:import_plan", "nhận tệp kế hoạch .toml")
    read.add_argument("file", metavar="TỆP.toml")
    read.add_argument("--yes", action="store_true", help="nhận cả khi còn điều của năm trước")
    show = _add(plan, "show", "plan:show_plan", "in các đợt với ngày tháng bằng lời")
    show.add_argument("--year", type=int, metavar="NĂM", help="năm (mặc định: năm mới nhất đã nhận)")


def _ask(units: "Verbs[Parser]") -> None:
    ask = _add(units, "ask", "asking:ask", "giao phiếu của đợt đang chạy cho đơn vị mới thêm hoặc bị sót (xem trước)")
    ask.add_argument("units", nargs="+", metavar="ĐƠN_VỊ", help="mã hoặc tên các đơn vị")
    ask.add_argument("--round", "--cycle", dest="cycle", required=True, metavar="ĐỢT", help="mã đợt")
    ask.add_argument("--year", type=int, metavar="NĂM", help="năm, khi mã đợt có ở nhiều năm")
    lead = "hạn trả lời (mặc định: đủ số ngày mà các đơn vị khác có, không sớm hơn hạn của họ)"
    ask.add_argument("--due", type=last_day, metavar="NGÀY", help=lead)
    ask.add_argument("--why", default="", metavar="LÝ_DO", help="lý do, được lưu lại")
    ask.add_argument("--by", default="", metavar="NGƯỜI", help=BY)
    ask.add_argument("--yes", action="store_true", help="giao luôn, không hỏi")
    ask.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _run(verbs: "Verbs[Parser]") -> None:
    _add(verbs, "serve", "serve:serve_house", "chạy liên tục theo đồng hồ; Ctrl-C để dừng")
    _add(verbs, "door", "door:keep_door", "chỉ mở cửa nhận thư (khi [mail.in] kind là door); Ctrl-C để dừng")
    run = _add(verbs, "run", "run:run_flow", "chạy tay một luồng việc")
    run.add_argument("flow", choices=FLOWS, metavar="{" + ",".join(FLOWS) + "}")
    run.add_argument("--as-of", type=moment, metavar="NGÀY", help="thời điểm quyết định, ví dụ 31/10/2025")
    run.add_argument("--year", type=int, metavar="NĂM", help="năm cần tổng hợp (chỉ cho compile-year)")


def _look_and_decide(verbs: "Verbs[Parser]") -> None:
    status = _add(verbs, "status", "status:status", "hôm nay đơn vị nào còn nợ gì")
    status.add_argument("--cycle", metavar="ĐỢT", help="chỉ xem một đợt")
    status.add_argument("--all", action="store_true", help="cả đơn vị đã trả lời đủ, được miễn")
    status.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    _answers(verbs)
    _audit(verbs)
    _desk(verbs)
    _open(verbs)
    approvals = _add(verbs, "approvals", "decide:approvals", "thư báo cấp trên đang chờ phê duyệt, kèm hồ sơ")
    approvals.add_argument("--dossier", metavar="THƯ_MỤC", help="soạn dự thảo công văn đôn đốc (Word) vào thư mục này")
    approvals.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    approve = _add(verbs, "approve", "decide:approve", "phê duyệt các thư đang chờ (số thư, hoặc all)")
    approve.add_argument("letters", nargs="+", metavar="SỐ|all")
    approve.add_argument("--yes", action="store_true", help="nhiều thư: duyệt luôn, không hỏi")
    approve.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    drop = _add(verbs, "drop", "decide:drop", "bỏ một thư đang chờ phê duyệt, hoặc mọi thư về một đơn vị")
    drop.add_argument("letters", nargs="+", metavar="SỐ|MÃ_ĐƠN_VỊ", help="nhiều thì xem trước")
    drop.add_argument("--yes", action="store_true", help="bỏ luôn, không hỏi")
    drop.add_argument("--why", required=True, metavar="LÝ_DO", help="lý do, được lưu lại")
    _more_time(verbs)
    _ladder(verbs)
    _rehearse(verbs)
    catch_up = _add(verbs, "catch-up", "catch_up:catch_up", "xem và quyết định những gì bị lỡ khi hệ thống ngừng")
    how = catch_up.add_mutually_exclusive_group()
    how.add_argument("--send", choices=("merged",), metavar="merged", help="gửi bù tất cả, mỗi người một thư gộp")
    how.add_argument("--skip", action="store_true", help="bỏ qua tất cả; các bước sau vẫn đến đúng lúc")
    how.add_argument("--choose", nargs="+", type=int, metavar="SỐ", help="chỉ gửi bù các thư mang số này")
    catch_up.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    _visits(verbs)
    _findings(verbs)
    _mail(verbs)


BY = "người làm (mặc định: tên đăng nhập của máy)"


def _mail(verbs: "Verbs[Parser]") -> None:
    mail = _group(verbs, "mail", "thư đi: tạm dừng, mở lại, xem, gửi lại")
    stop = _add(mail, "stop", "mail:stop", "dừng mọi thư đi, ngay lập tức; các bước đôn đốc vẫn được ghi nhớ")
    stop.add_argument("--why", default="", metavar="LÝ_DO", help="lý do, được lưu lại")
    stop.add_argument("--by", default="", metavar="NGƯỜI", help=BY)
    start = _add(mail, "start", "mail:start", "mở lại việc gửi thư")
    start.add_argument("--yes", action="store_true", help="sau khi khôi phục: đồng ý cho đi, không hỏi lại")
    waits = _add(
        mail, "status", "mail:status", "thư nào đang chờ, vì sao; hôm nay đã gửi bao nhiêu; thư chưa rõ kết quả"
    )
    waits.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    arrived = _add(mail, "arrived", "mail:arrived", "thư chưa rõ kết quả: người nhận cho biết đã nhận được")
    resend = _add(mail, "resend", "mail:resend", "gửi lại thư (chưa rõ kết quả, không gửi được, hoặc đơn vị làm mất)")
    number = "số thư, xem: kiemtra mail status, kiemtra proof"
    arrived.add_argument("letter", type=int, metavar="SỐ", help=number)
    resend.add_argument("letter", type=int, nargs="*", metavar="SỐ", help=number)
    resend.add_argument("--failed", action="store_true", help="gửi lại mọi thư không gửi được")
    for one in (arrived, resend):
        one.add_argument("--by", default="", metavar="NGƯỜI", help=BY)
    resend.add_argument(
        "--yes",
        action="store_true",
        help="nhiều thư: gửi luôn, không hỏi; một thư: gửi thêm một bản dù thư đã gửi được",
    )
    resend.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    proof = _add(
        verbs, "proof", "mail:proof", "chứng cứ: từng thư của một đơn vị đã lập, gửi, đến, được trả lời lúc nào"
    )
    proof.add_argument("unit", metavar="MÃ_ĐƠN_VỊ")
    proof.add_argument("--cycle", metavar="ĐỢT", help="chỉ một đợt")


def _answers(verbs: "Verbs[Parser]") -> None:
    answers = _group(verbs, "answers", "câu trả lời của các đơn vị: xem, sửa, nhập thay đơn vị")
    verbs.choices["answers"].default_verb = "show"
    show = _add(answers, "show", "answers:show", "in câu trả lời của một đơn vị hoặc một đợt (không cần ghi chữ show)")
    show.add_argument("name", metavar="ĐƠN_VỊ|ĐỢT", help="mã hoặc tên đơn vị, mã hoặc tên đợt")
    _of_round(show)
    show.add_argument("--item", metavar="MỤC", help="chỉ một mục, ví dụ XA07; cả đợt thì mỗi đơn vị một dòng")
    show.add_argument("--xlsx", metavar="TỆP.xlsx", help="ghi ra tệp Excel, kèm nguồn và giá trị cũ")
    show.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)

    correct = _add(
        answers, "correct", "answers:correct", "sửa một câu trả lời theo điện thoại của đơn vị, và báo đơn vị"
    )
    correct.add_argument("unit", metavar="ĐƠN_VỊ", help="mã hoặc tên đơn vị")
    correct.add_argument("item", metavar="MỤC", help="mã mục, hoặc ô của bảng: <bảng>.<dòng>.<cột>")
    correct.add_argument("value", metavar="GIÁ_TRỊ", help="câu trả lời đúng, như ghi trong ô của phiếu")
    more = "sửa thêm mục này trong cùng một lần"
    correct.add_argument(
        "--and", nargs=2, action="append", default=[], dest="more", metavar=("MỤC", "GIÁ_TRỊ"), help=more
    )
    _enter(answers)
    undo = _add(answers, "undo", "answers:undo", "lấy lại lần sửa hoặc nhập thay gần nhất, và báo đơn vị")
    undo.add_argument("unit", metavar="ĐƠN_VỊ", help="mã hoặc tên đơn vị")
    undo.add_argument("item", nargs="?", default="", metavar="MỤC", help="lần gần nhất sửa mục này")
    undo.add_argument("--all", action="store_true", help="in hết các mục được lấy lại")
    for one in (correct, undo):
        _of_round(one)
        _by_and_why(one)


def _enter(answers: "Verbs[Parser]") -> None:
    enter = _add(answers, "enter", "answers:enter", "nhập phiếu mà đơn vị trả lời bằng giấy, Zalo, điện thoại")
    enter.add_argument("unit", metavar="ĐƠN_VỊ", help="mã hoặc tên đơn vị")
    enter.add_argument("file", metavar="TỆP.xlsx", help="phiếu của đơn vị, đã điền theo bản nhận được")
    _of_round(enter)
    how = "đơn vị trả lời bằng cách nào: giấy, zalo, điện thoại"
    enter.add_argument("--source", required=True, type=source, metavar="CÁCH", help=how)
    came_on = "ngày nhận được (mặc định: hôm nay); đúng hạn hay muộn tính theo ngày này"
    enter.add_argument("--day", type=day, metavar="NGÀY", help=came_on)
    enter.add_argument("--scan", metavar="TỆP", help="ảnh, bản chụp của phiếu giấy, tin nhắn; lưu cùng phiếu")
    enter.add_argument("--by", default="", metavar="NGƯỜI", help=BY)
    enter.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _by_and_why(command: Parser) -> None:
    command.add_argument(
        "--why", "--reason", required=True, type=reason, metavar="LÝ_DO", help="lý do, được lưu lại và ghi trong thư"
    )
    command.add_argument("--by", default="", metavar="NGƯỜI", help=BY)
    command.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _audit(verbs: "Verbs[Parser]") -> None:
    words = "nhật ký: ai của cơ quan đã làm gì, với đơn vị nào, lúc nào, vì sao"
    audit = _add(verbs, "audit", "audit:show", words)
    audit.add_argument("--unit", default="", metavar="ĐƠN_VỊ", help="chỉ một đơn vị (mã hoặc tên)")
    audit.add_argument("--by", default="", metavar="NGƯỜI", help="chỉ việc của người này")
    audit.add_argument(
        "--act", default="", metavar="VIỆC", help="chỉ việc có chữ này, ví dụ “gia hạn”, “lịch kiểm tra”"
    )
    audit.add_argument("--since", type=day, metavar="NGÀY", help="từ ngày này")
    audit.add_argument("--until", type=day, metavar="NGÀY", help="đến hết ngày này")


def _of_round(command: Parser) -> None:
    command.add_argument("--round", "--cycle", dest="cycle", metavar="ĐỢT", help="mã đợt, khi đơn vị có nhiều phiếu")
    command.add_argument("--year", type=int, metavar="NĂM", help="năm, khi mã đợt có ở nhiều năm")


def _desk(verbs: "Verbs[Parser]") -> None:
    desk = _add(verbs, "desk", "desk:waiting", "các thư đến cần người xem, và xếp chúng vào phiếu")
    acts = desk.add_subparsers(dest="desk_verb", metavar="<việc>", parser_class=Parser)
    listing = _add(acts, "list", "desk:waiting", "in các thư đang chờ")
    listing.add_argument("--each", action="store_true", help="in từng thư, không gộp thư cùng người gửi và cùng loại")
    listing.add_argument("--all", action="store_true", help="in mọi quyết định từ trước, kể cả đã hoàn tác")
    show = _add(acts, "show", "desk:show", "xem một thư: người gửi, nội dung, tệp kèm")
    show.add_argument("--save", metavar="THƯ_MỤC", help="lưu tệp kèm và nguyên văn thư (.eml) vào thư mục này")
    show.add_argument("--like", action="store_true", help="xem cả nhóm thư in cùng một dòng với thư này, từng thư một")
    file = _add(acts, "file", "desk:file", "ghi nhận phiếu trong thư cho một đơn vị, hoặc xác nhận thư bị trả lại")
    meant = file.add_mutually_exclusive_group(required=True)
    meant.add_argument("--unit", metavar="MÃ", help="mã đơn vị có phiếu trong thư (với --line: hoặc số kiến nghị)")
    meant.add_argument("--bounce-of", metavar="MÃ", help="mã đơn vị có thư bị trả lại, theo báo cáo trong thư")
    file.add_argument(
        "--line", default="", metavar="DÒNG", help='ghi như đơn vị đã điền dòng ấy: "HẸN: ngày 20/05/2025"'
    )
    file.add_argument("--cycle", default="", metavar="ĐỢT", help="mã đợt (cần khi đơn vị nợ nhiều phiếu)")
    ignore = _add(acts, "ignore", "desk:ignore", "bỏ qua một thư")
    ignore.add_argument("--like", action="store_true", help="bỏ qua cả nhóm thư in cùng một dòng với thư này")
    ignore.add_argument("--why", default="", metavar="LÝ_DO", help="lý do, được lưu lại")
    undo = _add(acts, "undo", "desk:undo", "hoàn tác quyết định cuối về một thư")
    undo.add_argument("--like", action="store_true", help="hoàn tác cả nhóm thư đã bỏ qua cùng lúc với thư này")
    for act in (show, file, ignore, undo):
        act.add_argument("message", type=int, metavar="SỐ", help="số thư, xem: kiemtra desk")
    for act in (file, ignore, undo):
        act.add_argument("--by", metavar="NGƯỜI", help="ai quyết định (mặc định: người đang dùng máy)")


def _more_time(verbs: "Verbs[Parser]") -> None:
    extend = _add(verbs, "extend", "more_time:extend", "gia hạn cho một đơn vị (hoặc một kiến nghị) và báo cho đơn vị")
    extend.add_argument("units", nargs="+", metavar="MÃ_ĐƠN_VỊ|SỐ_KIẾN_NGHỊ", help="nhiều thì xem trước")
    extend.add_argument("--cycle", metavar="ĐỢT", help="mã đợt, khi đơn vị đang nợ nhiều phiếu")
    _why(extend)
    _how_long(extend, "gia hạn")
    twice = "nhiều đơn vị: cho luôn, không hỏi; một đơn vị: cho thêm lần nữa, dù hôm nay đã cho bấy nhiêu ngày"
    extend.add_argument("--yes", action="store_true", help=twice)
    listing = _group(verbs, "extensions", "các đề nghị gia hạn của đơn vị")
    show = _add(listing, "list", "more_time:list_extensions", "in các đề nghị đang chờ quyết định")
    show.add_argument("--all", action="store_true", help="cả những đề nghị đã quyết định")
    grant = _add(listing, "grant", "more_time:grant", "cho gia hạn và báo cho đơn vị")
    grant.add_argument("numbers", nargs="+", type=int, metavar="SỐ")
    _how_long(grant, "cho ít hoặc nhiều hơn đề nghị:")
    refuse = _add(listing, "refuse", "more_time:refuse", "không cho gia hạn và báo cho đơn vị")
    refuse.add_argument("numbers", nargs="+", type=int, metavar="SỐ")
    _why(refuse)
    refuse.add_argument("--by", default="", metavar="NGƯỜI", help="người quyết định")
    refuse.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _ladder(verbs: "Verbs[Parser]") -> None:
    ladder = _group(verbs, "ladder", "các bước đôn đốc của các đợt đang chạy")
    show = _add(ladder, "show", "ladder:show", "in các bước với ngày giờ của từng đợt đang chạy")
    show.add_argument("round", nargs="?", metavar="ĐỢT", help="chỉ xem một đợt")
    apply = _add(
        ladder, "apply", "ladder:apply", "chuyển các phiếu đang chạy sang các bước mới của kế hoạch (xem trước)"
    )
    apply.add_argument("round", metavar="ĐỢT", help="mã đợt, hoặc kien-nghi cho các kiến nghị")
    apply.add_argument("--yes", action="store_true", help="đổi luôn, không hỏi")
    apply.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _rehearse(verbs: "Verbs[Parser]") -> None:
    play = _add(verbs, "rehearse", "rehearse:rehearse", "diễn tập cả năm trên đồng hồ ảo, không gửi thư nào")
    play.add_argument("year", type=int, metavar="NĂM")
    play.add_argument("--plan", metavar="TỆP.toml", help="kế hoạch chưa nhận (mặc định: kế hoạch đã nhận)")
    play.add_argument("--register", metavar="TỆP.xlsx", help="danh sách chưa nhận (mặc định: danh sách đã nhận)")
    play.add_argument("--answered", type=int, default=0, metavar="PHẦN_TRĂM", help=ANSWERED)
    per_day = "hạn mức thư một ngày (mặc định: theo cấu hình)"
    play.add_argument("--per-day", type=at_least_one, metavar="SỐ", help=per_day)
    play.add_argument("--folder", metavar="THƯ_MỤC", help="nơi lưu kết quả (mặc định: trong thư mục kết quả)")


def _why(command: Parser) -> None:
    command.add_argument(
        "--why", required=True, type=reason, metavar="LÝ_DO", help="lý do, được lưu lại và ghi trong thư"
    )


def _how_long(command: Parser, words: str) -> None:
    command.add_argument("--to", type=last_day, metavar="NGÀY", help=f"{words} đến hết ngày này")
    command.add_argument("--days", type=int, metavar="N", help=f"{words} thêm N ngày làm việc")
    command.add_argument("--by", default="", metavar="NGƯỜI", help="người quyết định")
    command.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _open(verbs: "Verbs[Parser]") -> None:
    open_ = _group(verbs, "open", "mở một đợt ngoài kế hoạch")
    urgent = _add(open_, "dot-xuat", "decide:open_urgent", "mở đợt báo cáo đột xuất cho các đơn vị được chọn")
    urgent.add_argument("--units", nargs="+", default=[], metavar="MÃ", help="mã các đơn vị")
    urgent.add_argument("--kinds", nargs="+", default=[], metavar="LOẠI", help="hoặc các loại hình, ví dụ xa thi_tran")
    urgent.add_argument("--due", required=True, type=moment, metavar="NGÀY_GIỜ", help="hạn, ví dụ “22/07/2025 10:00”")
    urgent.add_argument("--title", required=True, metavar="TÊN", help="tên đợt, ghi trong thư và phiếu")
    urgent.add_argument("--checklist", default="dot-xuat", metavar="MÃ", help="bảng kiểm (mặc định: dot-xuat)")
    urgent.add_argument("--ladder", metavar="TÊN", help="các bước đôn đốc (mặc định: “khan” nếu kế hoạch có)")
    urgent.add_argument("--code", metavar="MÃ", help="mã đợt (mặc định: dot-xuat-<ngày giờ>)")
    urgent.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)


def _visits(verbs: "Verbs[Parser]") -> None:
    visit = _group(verbs, "visit", "lịch làm việc của đoàn kiểm tra tại đơn vị")
    plan = _add(visit, "plan", "visit:plan", "xếp lịch kiểm tra tại một đơn vị (đã có thì đổi lịch) và báo cho đơn vị")
    plan.add_argument("--on", required=True, type=day, metavar="NGÀY", help="ngày kiểm tra")
    plan.add_argument("--from", required=True, dest="opens", type=hour, metavar="GIỜ", help="giờ bắt đầu, ví dụ 8:00")
    plan.add_argument("--to", required=True, dest="closes", type=hour, metavar="GIỜ", help="giờ kết thúc, ví dụ 11:00")
    team = "ví dụ “Trưởng đoàn: Nguyễn Văn A; Thư ký: Trần Thị B; Thành viên: C, D”"
    plan.add_argument("--team", required=True, metavar="THÀNH_PHẦN", help=team)
    plan.add_argument("--place", default="", metavar="NƠI", help="địa điểm (mặc định: trụ sở đơn vị)")
    many = _add(visit, "import", "visit:import_visits", "xếp lịch cả danh sách trong tệp Excel (xem trước)")
    many.add_argument("file", metavar="TỆP.xlsx", help="các cột Đơn vị, Ngày, Từ, Đến, Thành phần, Địa điểm")
    many.add_argument("--cycle", metavar="ĐỢT", help="mã đợt, khi đơn vị có nhiều phiếu đang chạy")
    many.add_argument("--yes", action="store_true", help="xếp luôn, không hỏi")
    many.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    cancel = _add(visit, "cancel", "visit:cancel", "hủy lịch kiểm tra tại một đơn vị và báo cho đơn vị")
    _why(cancel)
    for one in (plan, cancel):
        one.add_argument("unit", metavar="MÃ_ĐƠN_VỊ")
        one.add_argument("--cycle", metavar="ĐỢT", help="mã đợt, khi đơn vị có nhiều phiếu đang chạy")
        one.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    _add(visit, "list", "visit:list_visits", "in lịch kiểm tra theo ngày")


def _findings(verbs: "Verbs[Parser]") -> None:
    findings = _group(verbs, "findings", "kiến nghị sau kiểm tra")
    add = _add(findings, "add", "decide:add_finding", "ghi một tồn tại, kiến nghị và báo cho đơn vị")
    add.add_argument("unit", metavar="MÃ_ĐƠN_VỊ")
    add.add_argument("--what", required=True, metavar="NỘI_DUNG", help="tồn tại, hạn chế")
    add.add_argument("--due", required=True, type=last_day, metavar="NGÀY", help="hạn khắc phục")
    when_off = "hạn rơi vào ngày nghỉ thì: " + ", ".join(WHEN_OFF) + " (mặc định: giu_nguyen)"
    add.add_argument("--when-off", choices=WHEN_OFF, default=WHEN_OFF[0], metavar="CÁCH", help=when_off)
    add.add_argument("--basis", default="", metavar="CĂN_CỨ", help="căn cứ pháp lý")
    add.add_argument("--remedy", default="", metavar="KIẾN_NGHỊ", help="yêu cầu khắc phục")
    add.add_argument("--yes", action="store_true", help="ghi dù đơn vị đã có một kiến nghị như vậy")
    add.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    listing = _add(findings, "list", "decide:list_findings", "in các kiến nghị và tình trạng")
    listing.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    close = _add(findings, "close", "decide:close_finding", "đóng một kiến nghị đã khắc phục")
    close.add_argument("number", metavar="SỐ")
    close.add_argument("--by", required=True, type=person, metavar="NGƯỜI", help="người xác nhận")


def _year(verbs: "Verbs[Parser]") -> None:
    year = _group(verbs, "year", "các bản tổng hợp năm")
    listing = _add(year, "list", "year:list_editions", "liệt kê các bản của một năm")
    show = _add(year, "show", "year:show_edition", "số liệu chính của một bản; tệp đã mất được đặt lại")
    show.add_argument("number", type=int, metavar="BẢN")
    compare = _add(year, "diff", "year:compare_editions", "số liệu nào đổi giữa hai bản, và do câu trả lời nào")
    compare.add_argument("first", type=int, metavar="BẢN_CŨ")
    compare.add_argument("second", type=int, metavar="BẢN_MỚI")
    again = _add(year, "remake", "year:remake_edition", "lập lại một bản từ dữ kiện bản ấy đã lưu, so với tệp khi lập")
    again.add_argument("number", type=int, metavar="BẢN")
    for one in (listing, show, compare, again):
        one.add_argument("--year", type=int, metavar="NĂM", help="năm (mặc định: năm nay)")


def _calendar(verbs: "Verbs[Parser]") -> None:
    calendar = _group(verbs, "calendar", "lịch làm việc")
    take = _add(calendar, "import", "calendar:import_calendar", "nhận lịch từ tệp Excel hoặc .ics (xem trước, rồi ghi)")
    take.add_argument("file", metavar="TỆP")
    more = "nhận cả những ngày này trong tệp .ics làm ngày nghỉ"
    take.add_argument("--take", nargs="+", default=[], type=day, metavar="NGÀY", help=more)
    draft = _add(calendar, "draft", "calendar:draft_year", "tạm tính một năm theo quy tắc, khi chưa có thông báo")
    draft.add_argument("year", type=int, metavar="NĂM")
    give = _add(calendar, "export", "calendar:export_calendar", "xuất lịch ra tệp Excel hoặc .ics")
    give.add_argument("file", metavar="TỆP")
    show = _add(calendar, "show", "calendar:show_year", "in một năm: ngày nghỉ, ngày làm bù, số ngày làm việc")
    show.add_argument("year", type=int, metavar="NĂM")
    explain = _add(calendar, "explain", "calendar:explain", "in cách tính: từng ngày được đếm hay bỏ qua, và vì sao")
    explain.add_argument(
        "what", nargs="+", type=day_or_code, metavar="MÃ|NGÀY", help="mã hồ sơ, số kiến nghị, hoặc một đến hai ngày"
    )
    explain.add_argument("--count", choices=COUNTS, metavar="CÁCH", help="cách đếm: " + ", ".join(COUNTS))
    explain.add_argument("--n", type=at_least_one, metavar="SỐ", help="số ngày")
    apply = _add(calendar, "apply", "calendar:apply_calendar", "dời các hạn đang chạy theo lịch mới (xem trước đã)")
    why = "lý do, ghi trong thư báo"
    apply.add_argument("--why", type=reason, default="thay đổi lịch làm việc", metavar="LÝ_DO", help=why)
    apply.add_argument("--as-of", type=moment, metavar="NGÀY", help=AS_OF)
    for command in (take, draft, apply):
        command.add_argument("--yes", action="store_true", help="ghi luôn, không hỏi")
    for command in (take, draft, give, show, explain):
        command.add_argument("--name", default="cong-chuc", metavar="LỊCH", help="tên lịch (mặc định: cong-chuc)")


def _definitions(verbs: "Verbs[Parser]") -> None:
    group = _group(verbs, "checklist", "bảng kiểm: kiểm tra, xem, so sánh, xem trước; không cần cơ sở dữ liệu")
    check = _add(group, "check", "checklist:check", "kiểm tra mọi bảng kiểm, báo hết lỗi một lần, kèm tệp và dòng")
    check.add_argument("files", nargs="*", metavar="TỆP.toml", help="chỉ kiểm tra các tệp này (mặc định: tất cả)")
    _add(group, "list", "checklist:list_all", "liệt kê các bảng kiểm")
    show = _add(group, "show", "checklist:show", "in các phần, mục, căn cứ của một bảng kiểm")
    compare = _add(group, "diff", "checklist:diff", "nói bằng lời những gì đã đổi giữa hai bản của một bảng kiểm")
    compare.add_argument("old", metavar="MÃ|TỆP_CŨ")
    both = "để trống: bảng kiểm của cơ quan và bảng kiểm kèm chương trình, mỗi bên đã đổi gì"
    compare.add_argument("new", nargs="?", metavar="MÃ|TỆP_MỚI", help=both)
    take = _add(group, "copy", "checklist:copy", "chép một bảng kiểm ra thư mục của cơ quan để sửa; bản ấy được dùng")
    take.add_argument("list", metavar="MÃ")
    preview = _add(group, "preview", "checklist:preview", "xuất phiếu Excel để xem trước: không mở đợt, không gửi thư")
    preview.add_argument("-o", "--output", metavar="TỆP.xlsx", help="tệp xuất ra (mặc định: <mã>-xem-truoc.xlsx)")
    preview.add_argument("--kind", default="", metavar="LOẠI", help="như đơn vị loại này thấy, ví dụ phuong")
    for one in (show, preview):
        one.add_argument("list", metavar="MÃ|TỆP")
        one.add_argument("--on", type=day, metavar="NGÀY", help="căn cứ còn hiệu lực ngày này (mặc định: hôm nay)")
    group = _group(verbs, "templates", "mẫu thư, mẫu văn bản, phụ lục: chép ra để sửa, so với bản kèm chương trình")
    _add(group, "list", "templates:list_all", "liệt kê các mẫu, mẫu nào là của cơ quan")
    take = _add(group, "copy", "templates:copy", "chép một mẫu ra thư mục của cơ quan để sửa; bản ấy được dùng")
    take.add_argument("name", metavar="MẪU", help="ví dụ letters/request/body.txt")
    compare = _add(group, "diff", "templates:diff", "sau khi nâng cấp: chương trình đã đổi gì, cơ quan đã đổi gì")
    compare.add_argument("name", nargs="?", metavar="MẪU", help="để trống: mọi mẫu của cơ quan")
    law = _add(verbs, "law", "law:law", "các mục và mẫu viện dẫn một văn bản, còn hiệu lực hay không vào một ngày")
    law.add_argument("code", nargs="?", metavar="MÃ", help="mã văn bản, ví dụ luat-10-2022 (bỏ trống: liệt kê)")
    law.add_argument("--on", type=day, metavar="NGÀY", help="vào ngày này (mặc định: hôm nay)")
