"""Bytes -> cells, in this very process: what the worker does behind its limits."""

from infra.opening.book import Book
from infra.opening.guard import Kind, Parts, kind_of
from infra.opening.ooxml import open_ooxml
from infra.opening.opendocument import open_document
from infra.opening.package import is_open_document
from infra.opening.refusals import Refused, refuse


def open_inside(data: bytes) -> Book:
    """Raises Refused, whatever a stranger's file makes a parser raise; only the lack of memory passes."""
    try:
        if kind_of(data) is Kind.OLE:
            from infra.opening.old_excel import open_old_excel  # half as much again to start with; few send .xls

            return open_old_excel(data)
        parts = Parts(data)
        return open_document(parts) if is_open_document(parts) else open_ooxml(parts)
    except (Refused, MemoryError):
        raise
    except Exception:
        refuse("corrupt")
