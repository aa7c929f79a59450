"""Headless Chromium of the distribution: opening it, letting somebody in, and how it looks at a page."""

import json
import time
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

AS_OF = "period=2026-Q1&as_of=2026-03-05"
# Longer than any page takes on a busy machine.
PATIENCE = 30

FLAGS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb",
         "--disable-background-networking", "--disable-component-update", "--no-first-run")


class Browsers:
    """Those that are open; none stays open after a check failed."""

    def __init__(self):
        self.all = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for driver in self.all:
            driver.quit()

    def open(self, scripts=True, **accepted):
        options = Options()
        for argument in FLAGS:
            options.add_argument(argument)
        if not scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        for name, value in accepted.items():
            setattr(options, name, value)
        driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        driver.set_page_load_timeout(PATIENCE)
        driver.set_script_timeout(PATIENCE)
        size(driver, 1280)
        self.all.append(driver)
        return driver

    def close(self, driver):
        self.all.remove(driver)
        driver.quit()


def until(driver, what, holds):
    """Waits until something holds, and says what the page shows if it never does."""
    deadline = time.monotonic() + PATIENCE
    while not holds(driver):
        if time.monotonic() > deadline:
            shown = driver.find_element(By.TAG_NAME, "body").text
            raise AssertionError(f"{what}: {driver.current_url} shows {shown[:400]}")
        time.sleep(0.05)


def sign_in(driver, url, key, to="/"):
    """By a key, typed into the form, as a person does."""
    driver.get(f"{url}{to}")
    assert path(driver) == "/login", driver.current_url
    one(driver, "#key").send_keys(key + "\n")
    until(driver, "signing in", lambda driver: path(driver) != "/login")


def path(driver):
    return urlsplit(driver.current_url).path


def one(within, selector):
    return within.find_element(By.CSS_SELECTOR, selector)


def every(within, selector):
    return within.find_elements(By.CSS_SELECTOR, selector)


def size(driver, width, height=900):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})


def look(driver, theme):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})


def wire(driver):
    """What was asked since this was asked last, as addresses, and what was answered, with its headers."""
    asked, answered = [], []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
        if message["method"] == "Network.responseReceived":
            answer = message["params"]["response"]
            answered.append((answer["url"], {name.lower(): text for name, text in answer["headers"].items()}))
    return asked, answered


def complaints(driver):
    """What the browser said against a page: refused by its policy, not found, thrown."""
    return [line["message"] for line in driver.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]


def places_of(driver, url):
    """An address of each kind of page, found by following links as a person would."""
    driver.get(f"{url}/?{AS_OF}")

    def first(selector):
        return one(driver, selector).get_attribute("href")

    found = {"overview": f"{url}/?{AS_OF}", "deal": first("#risk tbody th a"), "rep": first("#coaching tbody th a"),
             "competitor": first("#competitors tbody th a"), "theme": first("#customers tbody th a"),
             "rows": first(".tile .big a"), "search": f"{url}/search?q=what+does+it+cost&side=theirs&{AS_OF}",
             "calls": f"{url}/calls?{AS_OF}", "trackers": f"{url}/trackers", "health": f"{url}/health",
             "definitions": f"{url}/definitions", "nothing": f"{url}/no-such-page", "empty": f"{url}/?period=1999-Q1&as_of=1999-02-01"}
    found["call"] = first("#customers .quote figcaption a")
    driver.get(found["deal"])
    found["account"] = first("dl.facts a")
    return found
