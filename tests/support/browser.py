"""Headless Chromium, driven over its DevTools pipe with the standard library alone.

A page keeps what went wrong in it and every address it asked for. Also the way a picture of a
report is taken: ``python -m tests.support.browser REPORT.html PICTURE.png``.
"""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MISSING = "Chromium is not installed: run `apt-get install chromium`, or set CHROMIUM to its path"
_NAMES = ("chromium", "google-chrome", "chromium-browser")
_TIMEOUT = 60.0  # seconds for one answer; a cold start on a busy machine takes a while
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
# Chromium reads commands from descriptor 3 and writes answers to 4.
_LAUNCH = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); \
os.execv(sys.argv[3], sys.argv[3:])"
_KEYS = {
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    "Tab": (9, ""),
    "ArrowUp": (38, ""),
    "ArrowDown": (40, ""),
    "End": (35, ""),
    "Home": (36, ""),
}


def chromium() -> str:
    """The browser's path. Raises ``LookupError`` that says what to install."""
    places = [os.environ.get("CHROMIUM"), *map(shutil.which, _NAMES)]
    found = next((place for place in places if place), None)
    if found is None or not Path(found).is_file():
        raise LookupError(MISSING)
    return found


class Connection:
    """Commands to the browser and its events. Messages are JSON, each ended by a null byte."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        self._numbers = itertools.count(1)
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        """Send one command and wait for its answer."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._writing, data) :]
        while (answer := self._next()).get("id") != number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def wait_for(self, is_wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Return once such an event has come; those that came before count."""
        seen = 0
        while True:
            if any(map(is_wanted, self.events[seen:])):
                return
            seen = len(self.events)
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + _TIMEOUT
        while b"\0" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._reading], [], [], left)[0]:
                raise TimeoutError("Chromium does not answer")
            data = os.read(self._reading, 1 << 20)
            if not data:
                raise EOFError("Chromium has ended")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found


class Page:
    """One tab."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        target = connection.call("Target.createTarget", url="about:blank")["targetId"]
        attached = connection.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def _call(self, method: str, **parameters: Any) -> Any:
        return self._connection.call(method, self._session, **parameters)

    def _events(self, method: str) -> Iterator[dict[str, Any]]:
        for event in self._connection.events:
            if event.get("sessionId") == self._session and event["method"] == method:
                yield event["params"]

    def open(self, path: Path) -> None:
        """Load a file and wait until it is loaded."""
        self._connection.events.clear()
        self._call("Page.navigate", url=path.absolute().as_uri())
        self._connection.wait_for(
            lambda event: (
                event.get("sessionId") == self._session
                and event.get("method") == "Page.loadEventFired"
            )
        )

    def evaluate(self, expression: str) -> Any:
        """The JSON value of a JavaScript expression. Raises ``RuntimeError`` if it throws."""
        found = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"]["description"])
        return found["result"].get("value")

    def texts(self, selector: str) -> list[str]:
        """The shown text of every element that is shown, in order."""
        wanted = json.dumps(selector)
        found: list[str] = self.evaluate(
            f"[...document.querySelectorAll({wanted})].filter(one => one.checkVisibility())"
            ".map(one => one.innerText)"
        )
        return found

    def count(self, selector: str) -> int:
        """How many elements there are that are shown."""
        return len(self.texts(selector))

    def point(self, selector: str) -> tuple[float, float]:
        """Scroll the first such element into view and move the mouse to its first line's middle."""
        box = self.evaluate(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            " one.scrollIntoView({block: 'center'}); const box = one.getClientRects()[0];"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        x, y = float(box[0]), float(box[1])
        self._mouse("mouseMoved", x, y)
        return x, y

    def click(self, selector: str) -> None:
        """Click on the first such element with the mouse."""
        x, y = self.point(selector)
        self._mouse("mousePressed", x, y, button="left", clickCount=1)
        self._mouse("mouseReleased", x, y, button="left", clickCount=1)

    def _mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def press(self, key: str) -> None:
        """Press a key, on whatever has the focus."""
        code, text = _KEYS[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", type="keyDown", **common, text=text)
        self._call("Input.dispatchKeyEvent", type="keyUp", **common)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a ``select`` element."""
        self.evaluate(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            f" one.value = {json.dumps(value)};"
            " one.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    def size(self, width: int, height: int, scale: float = 1) -> None:
        """Give the window another size, in CSS pixels."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    def prefer(self, scheme: str) -> None:
        """Ask for the "light" or the "dark" colours."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", features=features)

    def without_scripts(self, disabled: bool = True) -> None:
        """Switch scripts off, from the next page on."""
        self._call("Emulation.setScriptExecutionDisabled", value=disabled)

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"])

    @property
    def problems(self) -> list[str]:
        """Exceptions, console errors and warnings, and what the browser itself complained of."""
        self.evaluate("0")  # what happened before has arrived when this is answered
        found = [one["exceptionDetails"]["text"] for one in self._events("Runtime.exceptionThrown")]
        found += [
            json.dumps(one["args"])
            for one in self._events("Runtime.consoleAPICalled")
            if one["type"] in ("error", "warning", "assert")
        ]
        return found + [one["entry"]["text"] for one in self._events("Log.entryAdded")]

    @property
    def requests(self) -> list[str]:
        """The addresses asked for since the page was opened, it included."""
        self.evaluate("0")
        return [one["request"]["url"] for one in self._events("Network.requestWillBeSent")]


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A page of a new browser whose profile is an empty folder. Ends the browser afterwards."""
    program = chromium()
    ours_in, theirs_out = os.pipe()
    theirs_in, ours_out = os.pipe()
    # Away from 3 and 4, which are overwritten on the way.
    passed = [fcntl.fcntl(one, fcntl.F_DUPFD, 10) for one in (theirs_in, theirs_out)]
    for one in (theirs_in, theirs_out):
        os.close(one)
    start = [sys.executable, "-c", _LAUNCH, *map(str, passed), program, *_FLAGS]
    process = subprocess.Popen(
        [*start, f"--user-data-dir={profile}"],
        pass_fds=passed,
        env={**os.environ, "HOME": str(profile)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for one in passed:
        os.close(one)
    connection = Connection(ours_in, ours_out)
    try:
        yield Page(connection)
        connection.call("Browser.close")
    finally:
        os.close(ours_out)  # the end of its commands ends the browser, too
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(ours_in)


def take_picture(report: Path, picture: Path) -> None:
    """A picture of a report with its first wrong leaf chosen."""
    with tempfile.TemporaryDirectory() as profile, browser(Path(profile)) as page:
        page.size(1440, 1000)
        page.open(report)
        page.evaluate("document.getElementById('articles').scrollIntoView()")
        page.evaluate("document.querySelector('.leaf[data-strict=\"SUB\"]').click()")
        picture.write_bytes(page.picture())


if __name__ == "__main__":
    take_picture(Path(sys.argv[1]), Path(sys.argv[2]))
