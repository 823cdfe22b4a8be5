"""A file that was left in the cloud is noticed, so that the sender can be asked to attach it."""

import pytest

from tasks.domain.cloud_link import CloudLink, cloud_links


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("xem https://drive.google.com/file/d/1AbC/view?usp=sharing.", "drive.google.com"),
        ("https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0", "docs.google.com"),
        ("<https://1drv.ms/x/s!AbC>", "1drv.ms"),
        ("https://onedrive.live.com/?id=1", "onedrive.live.com"),
        ("https://ubnd-my.sharepoint.com/:x:/g/personal/hoa", "ubnd-my.sharepoint.com"),
        ("HTTPS://WWW.DROPBOX.COM/s/abc/phieu.xlsx?dl=0", "www.dropbox.com"),
        ("https://www.fshare.vn/file/ABC123", "www.fshare.vn"),
        ("https://mega.nz/file/abc#key", "mega.nz"),
        ("https://we.tl/t-AbC", "we.tl"),
        ("https://f10.group.zdn.vn/abc/phieu.xlsx", "f10.group.zdn.vn"),
        ("https://www.google.com/url?q=https%3A%2F%2Fdrive.google.com%2Ffile%2Fd%2F1&sa=D", "drive.google.com"),
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2F1drv.ms%2Fx%2Fs&data=1", "1drv.ms"),
    ],
)
def test_a_link_to_a_file_in_the_cloud_is_found(text: str, host: str) -> None:
    (link,) = cloud_links([text])
    assert link.host == host


@pytest.mark.parametrize(
    "text",
    [
        "https://vinhlinh.quangtri.example/phieu.xlsx",
        "Zalo https://zalo.me/0912345678",
        "https://zalo.me/g/abcdef123",
        "https://notdrive.google.com.evil.example/x",
        "https://www.google.com/search?q=phieu",
        "drive.google.com không có đường dẫn",
        "https://[hỏng/x",
    ],
)
def test_other_links_are_let_be(text: str) -> None:
    assert cloud_links([text]) == ()


def test_each_link_is_named_once_without_the_stop_behind_it() -> None:
    text = "https://1drv.ms/a, https://1drv.ms/b; https://1drv.ms/a."
    assert cloud_links([text, text]) == (
        CloudLink("1drv.ms", "https://1drv.ms/a"),
        CloudLink("1drv.ms", "https://1drv.ms/b"),
    )


def test_a_page_full_of_links_ends() -> None:
    assert len(cloud_links([" ".join(f"https://1drv.ms/{n}" for n in range(10_000))])) == 50
