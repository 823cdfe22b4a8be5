"""Drives a LibreOffice as a clerk does: opens a file, types into cells, saves it under several formats.

Runs under the system's own Python (the one that has `uno`), as a program: a list of jobs comes in as JSON.
`typed` goes through the input line as if from a keyboard, so what becomes of it depends on the locale of the profile.
"""

import contextlib
import json
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

GENERAL = 0
SINGLE = 1


def named(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def connected(pipe, seconds):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def work(desktop, dispatcher, job):
    book = desktop.loadComponentFromURL(job["source"], "_blank", 0, named(Hidden=False))
    frame = book.CurrentController.Frame
    sheet = book.Sheets.getByIndex(0)
    if job.get("ordinary") or job["struck"]:
        sheet.unprotect("")
    for cell, words in job["typed"]:
        if job.get("ordinary"):
            sheet.getCellRangeByName(cell).NumberFormat = GENERAL
        dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, named(ToPoint=cell))
        dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, named(StringName=words))
    for cell, letters in job["struck"]:
        cursor = sheet.getCellRangeByName(cell).createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(letters, True)
        cursor.CharStrikeout = SINGLE
    for url, filter_name, password in job["saves"]:
        more = {"Password": password} if password else {}
        book.storeToURL(url, named(FilterName=filter_name, **more))
    book.close(True)


def main():
    order = json.load(sys.stdin)
    context = connected(order["pipe"], order["seconds"])
    create = context.ServiceManager.createInstanceWithContext
    desktop = create("com.sun.star.frame.Desktop", context)
    dispatcher = create("com.sun.star.frame.DispatchHelper", context)
    for job in order["jobs"]:
        work(desktop, dispatcher, job)
    with contextlib.suppress(Exception):  # the bridge breaks when the office goes
        desktop.terminate()


if __name__ == "__main__":
    main()
