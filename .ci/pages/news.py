"""News while a page is open, and the page without them."""

import json
from datetime import UTC, datetime

from browser import every, one, path, sign_in, until, wire
from company import ATTACK, CY, SHOWN, call
from server import gongkit


def heard(office, browsers):
    driver = browsers.open()
    sign_in(driver, office.url, office.key("admin"))
    driver.get(office.url)
    driver.execute_script("window.kept = true")
    listed = lambda: one(driver, "#newest-list").text
    assert "imported" not in listed()

    folder = office.data.parent / "imported"
    folder.mkdir()
    made = call("9001", CY, title=f"One that was imported {ATTACK}", started="2026-06-01T10:00:00Z")
    (folder / "9001.json").write_text(json.dumps(made), encoding="utf-8")
    gongkit(office.data, "import", folder)
    until(driver, "an imported call appears", lambda _: f"One that was imported {SHOWN[:8]}" in listed())
    assert one(driver, "#live").text == "New calls came.", one(driver, "#live").text

    # A sync reads on from where the last one ended, so the call is of this hour.
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    office.sync([call("9002", CY, title="One that was synced", started=started)])
    until(driver, "a synced call appears", lambda _: "One that was synced" in listed())
    assert driver.execute_script("return window.kept"), "the page was loaded again"
    assert driver.execute_script("return window.owned") is None
    assert driver.execute_script("return document.querySelectorAll('main img, main script').length") == 0
    asked, answered = wire(driver)
    streams = [headers["content-type"] for url, headers in answered if url.endswith("/live")]
    assert set(streams) == {"text/event-stream"}, streams
    browsers.close(driver)
    return "one imported and one synced, by server-sent events, in the same page"


def without(office, browsers):
    driver = browsers.open()
    sign_in(driver, office.url, office.key("admin"))
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/live"]})
    driver.get(office.url)
    assert len(every(driver, "main > section")) == 8
    one(driver, "#newest-list a").click()
    assert path(driver) == "/call"
    browsers.close(driver)
    return "the stream refused, the page whole"
