"""Without a mouse: the order of the tab key, what has the focus is seen, and forms are sent by Enter."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import every, one, path, until

# What the tab key is to reach, in the order of the page. A scrolled table counts only if it scrolls:
# the browser then makes it a stop by itself as well.
STOPS = """
return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled).map(one => one.outerHTML.slice(0, 120));
"""
FOCUSED = """
const one = document.activeElement;
if (one === document.body || one === document.documentElement) return null;
const box = one.getBoundingClientRect(), look = getComputedStyle(one);
return {what: one.outerHTML.slice(0, 120), id: [...document.querySelectorAll('*')].indexOf(one),
        seen: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
        outlined: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2};
"""
MOST = 600


def press(driver, *keys):
    ActionChains(driver, duration=0).send_keys(*keys).perform()


def walked(driver):
    """What the tab key reaches, one after the other, until it leaves the page."""
    stops = []
    for _ in range(MOST):
        press(driver, Keys.TAB)
        stop = driver.execute_script(FOCUSED)
        if stop is None:
            return stops
        if not stops or stops[-1]["id"] != stop["id"]:  # a date is three stops in one
            stops.append(stop)
    raise AssertionError("the tab key never leaves the page")


def reached(driver, places):
    told = []
    for name in ("overview", "search", "call", "trackers"):
        driver.get(places[name].split("#")[0])
        expected = driver.execute_script(STOPS)
        stops = walked(driver)
        hidden = [stop["what"] for stop in stops if not (stop["seen"] and stop["outlined"])]
        assert not hidden, (name, hidden[:3])
        assert [stop["what"] for stop in stops] == expected, (name, first_difference([stop["what"] for stop in stops], expected))
        told.append(f"{name} {len(stops)}")
    skips(driver, places)
    answers(driver, places)
    return f"stops: {', '.join(told)}; each is seen and outlined"


def first_difference(stops, expected):
    return next((pair for pair in zip(stops, expected) if pair[0] != pair[1]), (len(stops), len(expected)))


def skips(driver, places):
    """The first stop leads past the navigation."""
    driver.get(places["overview"])
    press(driver, Keys.TAB)
    assert "skip" in driver.switch_to.active_element.get_attribute("class")
    press(driver, Keys.ENTER)
    assert driver.switch_to.active_element.get_attribute("id") == "main"
    press(driver, Keys.TAB)
    assert driver.execute_script("return document.querySelector('main').contains(document.activeElement)")


def answers(driver, places):
    """A column sorts, a detail opens and the period is chosen by keys alone."""
    button = one(driver, "#risk thead th:nth-child(3) button")
    driver.execute_script("arguments[0].focus()", button)
    press(driver, Keys.ENTER)
    assert one(driver, "#risk thead th:nth-child(3)").get_attribute("aria-sort") == "ascending"
    assert driver.switch_to.active_element == button, "the focus stays where it was"
    detail = every(driver, "details")[0]
    driver.execute_script("arguments[0].focus()", one(detail, "summary"))
    press(driver, Keys.SPACE)
    assert detail.get_attribute("open") is not None
    period = one(driver, "form.period input[name=period]")
    driver.execute_script("arguments[0].select()", period)
    press(driver, "2025-Q4", Keys.ENTER)
    until(driver, "the period", lambda driver: "period=2025-Q4" in driver.current_url)
    assert path(driver) == "/"
