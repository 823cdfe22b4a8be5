"""What a preview asks at its end: whether it shall be done."""

import sys


def agreed(question: str, *, yes: bool) -> bool:
    """`yes`: said already with --yes; where nobody can answer, how to say it."""
    if yes:
        return True
    if not sys.stdin.isatty():
        print("Mới xem trước, chưa làm gì; thêm --yes để làm khi không có người trả lời.")
        return False
    if input(f"{question} [c/K] ").strip().lower() in {"c", "co", "có", "y"}:
        return True
    print("Chưa làm gì.")
    return False
