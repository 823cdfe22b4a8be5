"""The addresses that a letter carries: where its answer goes, and where its bounce goes."""

from tasks.domain.mailing import return_path
from tasks.toolbox import House


def reply_address(house: House, code: str) -> str:
    """The office's address with the case code as its tag, where the mail server knows plus addresses."""
    if not house.plus_addressing:
        return house.reply_address
    name, _, domain = house.reply_address.rpartition("@")
    return f"{name}+{code.lower()}@{domain}"


def envelope_sender(house: House, tag: str) -> str:
    """To whom a bounce goes: with bounce tags the mailbox that we read, told apart letter by letter."""
    return return_path(house.reply_address, tag) if house.bounce_tags else house.sender_address
