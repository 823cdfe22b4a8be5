"""An edition made again out of what it keeps: the same bytes by the same program, the same figures by a newer one."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.errors import KiemtraError
from tasks.domain.results.keeping import unpacked_year
from tasks.domain.results.ledger import Moved, figures, moved
from tasks.records import YearReport
from tasks.toolbox import Toolbox
from tasks.year_end.editions import edition_files, files_of, kept_inputs, write_whole


@dataclass
class Remade:
    made_by: str
    """The program that wrote the edition, and the one that has written it again."""
    again_by: str
    figures: int
    moved: list[Moved]
    same: list[Path] = field(default_factory=list)
    other: list[Path] = field(default_factory=list)
    """Files whose bytes differ, written beside those of the edition."""

    @property
    def sentences(self) -> list[str]:
        by = f"phiên bản {self.again_by}"
        whose = f"cùng {by}" if self.made_by == self.again_by else f"{by}; bản này do phiên bản {self.made_by} lập"
        said = [f"Lập lại bằng {whose}."]
        said += [f"{path.name}: đúng từng byte như khi lập." for path in self.same]
        said += [f"{path}: khác tệp khi lập, để bên cạnh; tệp của bản giữ nguyên." for path in self.other]
        if self.moved:
            return [*said, f"Số liệu KHÁC khi lập: {len(self.moved)} trong {self.figures}."]
        return [*said, f"Số liệu như khi lập: {self.figures}/{self.figures}."]


def remake(tools: Toolbox, row: YearReport) -> Remade:
    """Raises KiemtraError where the edition keeps too little, or where its words cannot be used any more."""
    kept = kept_inputs(row)
    if "facts" not in kept:
        raise KiemtraError(
            f"Bản {row.edition} năm {row.year} có từ trước khi dữ kiện của bản được lưu; không lập lại được. "
            f"Tệp của bản vẫn lấy lại được: kiemtra year show {row.edition} --year {row.year}"
        )
    documents, results = tools.documents.worded(kept["texts"]), unpacked_year(kept["facts"])
    now = figures(results)
    # As JSON keeps them: a pair comes back as a list.
    before = {code: (words, value) for code, (words, value) in kept["figures"].items()}
    done = Remade(kept["program"], documents.program, len(before), moved(before, now))
    files = edition_files(tools, row)
    for kind, name, make in files_of(documents, results):
        data = make(results)
        if hashlib.sha256(data).hexdigest() == row.files[kind]["sha256"]:
            done.same.append(files[kind])
            continue
        path = files[kind].parent / f"lap-lai-{documents.program.split()[-1].strip('()')}" / name
        write_whole(path, data)
        done.other.append(path)
    return done
