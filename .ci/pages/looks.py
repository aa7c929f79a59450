"""What is true of every page as it is shown: who is asked, axe-core's judgement, width, sorting."""

import json
import os
import pathlib
from urllib.parse import urlsplit

from browser import complaints, every, look, one, size, wire

AXE = pathlib.Path(os.environ["AXE"]).read_text(encoding="utf-8")
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'")


def only_us(served, driver, places):
    wire(driver), complaints(driver)
    here = urlsplit(served.url).netloc
    hosts, answers = set(), 0
    for name, place in places.items():
        driver.get(place)
        asked, answered = wire(driver)
        hosts |= {urlsplit(one).netloc or urlsplit(one).scheme for one in asked}
        for url, headers in answered:
            assert url.startswith("data:") or headers.get("content-security-policy") == POLICY, (url, headers)
            answers += 1
        said = [line for line in complaints(driver) if not (name == "nothing" and "404" in line)]
        assert not said, (name, said)
    assert hosts <= {here, "data"}, hosts
    return f"{len(places)} pages, {answers} answers, asked {', '.join(sorted(hosts))}; the policy refused nothing"


def accessible(driver, places):
    minor = set()
    for theme in ("light", "dark"):
        look(driver, theme)
        for name, place in places.items():
            driver.get(place)
            minor |= nothing_serious(driver, f"{name}, {theme}")
    look(driver, "light")
    return f"{len(places)} pages, light and dark; less than serious: {', '.join(sorted(minor)) or 'none'}"


def nothing_serious(driver, where):
    """The kinds of what axe-core finds that is less than serious."""
    driver.execute_script(AXE)
    result = driver.execute_async_script("axe.run(document, {resultTypes: ['violations']}).then(arguments[0])")
    found = result["violations"]
    serious = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]])
               for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, f"{where}: {json.dumps(serious, indent=1)}"
    return {one["id"] for one in found}


def narrow(driver, places):
    wide = []
    size(driver, 360, 740)
    for name, place in places.items():
        driver.get(place)
        width = driver.execute_script("return document.documentElement.scrollWidth")
        if width > 360:
            wide.append((name, width))
    size(driver, 1280)
    assert not wide, wide
    return f"{len(places)} pages"


def sorts(driver, places):
    driver.get(places["overview"])
    rows = lambda: [row.text for row in every(driver, "#risk tbody tr")]
    before = rows()
    button = one(driver, "#risk thead th:nth-child(3) button")
    button.click()
    up = rows()
    button.click()
    down = rows()
    assert sorted(before) == sorted(up) == sorted(down), (before, up)
    assert up != down, up
    assert one(driver, "#risk thead th:nth-child(3)").get_attribute("aria-sort") == "descending"
    return f"{len(up)} rows, up and down"
