"""With scripts off: the same words, and every form works."""

import re

from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from browser import every, one, path, sign_in, until

# What says how it is at this very moment, and is another a moment later.
OF_NOW = ("health",)


def words(driver):
    return re.sub(r"\s+", " ", one(driver, "main").text)


def all_there(served, driver, browsers, places):
    """Whoever has no scripts reads what whoever has them reads."""
    without = browsers.open(scripts=False)
    sign_in(without, served.url, served.key("admin"))
    many = 0
    for name, place in places.items():
        without.get(place)
        assert path(without) != "/login", name
        assert not every(without, "button.sort"), f"{name}: a script ran"
        read = words(without)
        driver.get(place)
        assert every(driver, "button.sort") or not every(driver, "table[data-sort]"), name
        with_scripts = words(driver)
        if name not in OF_NOW:
            assert read == with_scripts, (name, difference(read, with_scripts))
        assert len(read) > 20, name
        many += len(read.split())
    browsers.close(without)
    return f"{len(places)} pages, {many} words; the same as with scripts"


def difference(one, other):
    at = next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    return one[max(0, at - 40):at + 60], other[max(0, at - 40):at + 60]


def forms(served, browsers, places):
    driver = browsers.open(scripts=False)
    sign_in(driver, served.url, served.key("admin"), to="/calls?rep=nobody")
    assert driver.current_url.endswith("/calls?rep=nobody"), driver.current_url

    driver.get(places["overview"])
    one(driver, ".look button[value=dark]").click()
    assert one(driver, "html").get_attribute("data-theme") == "dark", words(driver)[:300]
    assert driver.current_url == places["overview"], driver.current_url
    one(driver, ".look button[value=system]").click()

    period = one(driver, "form.period input[name=period]")
    period.clear()
    period.send_keys("2025-Q4" + Keys.ENTER)
    assert "period=2025-Q4" in driver.current_url
    assert one(driver, "h1").text == "2025-Q4"
    one(driver, "#forecast a[rel=next]").click()
    assert "period=2026-Q1" in driver.current_url

    driver.get(places["search"].split("?")[0])
    one(driver, "input[name=q]").send_keys("what does it cost")
    Select(one(driver, "select[name=side]")).select_by_value("theirs")
    Select(one(driver, "select[name=mode]")).select_by_value("words")
    one(driver, "form.search button").click()
    assert "side=theirs" in driver.current_url and "mode=words" in driver.current_url, driver.current_url
    sides = {quote.get_attribute("data-side") for quote in every(driver, ".quote")}
    assert sides == {"theirs"}, sides

    driver.get(places["overview"])
    detail = one(driver, "details")
    one(detail, "summary").click()
    assert one(detail, "table").is_displayed()

    tried = tracker(driver, served)
    one(driver, "form[action='/logout'] button").click()
    until(driver, "signing out", lambda driver: path(driver) == "/login")
    driver.get(places["overview"])
    assert path(driver) == "/login"
    browsers.close(driver)
    return f"sign in and out, look, period, search, details, and a tracker ({tried})"


def tracker(driver, served):
    """One of words is tried, and only then saved."""
    driver.get(f"{served.url}/trackers")
    assert not every(driver, "button[value=save]"), "nothing is saved untried"
    one(driver, "input[name=name]").send_keys("Cost")
    one(driver, "textarea[name=words]").send_keys("cost\nprice")
    one(driver, "button[value=test]").click()
    told = one(driver, "#trial p").text
    one(driver, "button[value=save]").click()
    assert "Cost" in one(driver, "#saved tbody").text
    return told
