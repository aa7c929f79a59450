"""The pages in headless Chromium, on the demo's invented calls.

Nothing is asked of another host, everything can be read with scripts off, axe-core finds nothing
serious in either theme, the overview prints on two pages, 360 pixels are enough, and a number leads
to its quote and the quote to its moment.
"""

import base64
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

from pypdf import PdfReader
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

GONGKIT = os.environ["GONGKIT"]
AXE = pathlib.Path(os.environ["AXE"]).read_text(encoding="utf-8")
AS_OF = "period=2026-Q1&as_of=2026-03-05"
PICTURES = pathlib.Path("docs/screenshots")
WAIT = 180


def gongkit(home, *arguments):
    done = subprocess.run([GONGKIT, *arguments], env=environment(home), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(home):
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "GONGKIT__MODEL__NAME": "hash",
        "GONGKIT__FORECAST__TARGET": "1500000 USD",
        "GONGKIT__PIPELINE__STAGES": "Discovery,Evaluation,Technical Review,Proposal,Negotiation",
    }


class Served:
    """The pages over the demo's archive, and the links that let the person at this machine in."""

    def __init__(self, home):
        self.home = home
        self.data = home / "demo"
        self.process = subprocess.Popen(
            [GONGKIT, "--data-dir", str(self.data), "serve", "--dashboard", "--admin", "127.0.0.1:0",
             "--dashboard-listen", "127.0.0.1:0", "--dashboard-note", "Invented data: every person, company and number is made up"],
            env=environment(home), stderr=subprocess.PIPE, text=True)
        self.url = self.await_line(r"pages on (\S+);").rstrip("/")

    def await_line(self, pattern):
        # The process ends at its own deadline at the latest: a closed pipe ends the loop.
        for line in self.process.stderr:
            found = re.search(pattern, line)
            if found:
                return found[1]
        raise AssertionError(f"it never said {pattern}")

    def link(self):
        return self.await_line(r"it works once: (\S+)")

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def browser(scripts=True, width=1280, height=900, dark=False):
    options = Options()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb",
                     "--disable-background-networking", "--disable-component-update", "--no-first-run"):
        options.add_argument(argument)
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(WAIT)
    size(driver, width, height)
    if dark:
        look(driver, "dark")
    return driver


def size(driver, width, height=900):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})


def look(driver, theme):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})


def asked(driver):
    """Every address that the browser asked for, since this was asked last."""
    addresses = []
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            addresses.append(message["params"]["request"]["url"])
    return addresses


def pages(driver, url):
    """An address of each kind of page, found by following links as a person would."""
    driver.get(f"{url}/?{AS_OF}")
    def first(selector):
        return driver.find_element(By.CSS_SELECTOR, selector).get_attribute("href")
    found = {"overview": f"{url}/?{AS_OF}", "deal": first("#risk tbody th a"), "rep": first("#coaching tbody th a"),
             "competitor": first("#competitors tbody th a"), "theme": first("#customers tbody th a"),
             "rows": first(".tile .big a"), "search": f"{url}/search?q=what+does+it+cost&side=theirs", "calls": f"{url}/calls",
             "trackers": f"{url}/trackers", "health": f"{url}/health", "definitions": f"{url}/definitions"}
    found["call"] = first("#customers .quote figcaption a")
    driver.get(found["deal"])
    found["account"] = first("dl.facts a")
    return found


def nothing_serious(driver, name, theme):
    driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    driver.execute_script(AXE)
    result = driver.execute_async_script("axe.run(document, {resultTypes: ['violations']}).then(arguments[0])")
    bad = [one for one in result["violations"] if one["impact"] in ("serious", "critical")]
    told = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]]) for one in bad]
    assert not bad, f"{name}, {theme}: {json.dumps(told, indent=1)}"
    return [one["id"] for one in result["violations"]]


def check(name, work):
    began = time.monotonic()
    told = work()
    print(f"ok  {time.monotonic() - began:5.1f}s  {name}" + (f": {told}" if told else ""), flush=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        gongkit(home, "--data-dir", str(home / "demo"), "demo")
        served = Served(home)
        drivers = []
        try:
            judge(served, drivers)
        finally:
            for driver in drivers:
                driver.quit()
            served.end()


def judge(served, drivers):
    url = served.url
    with_scripts = browser()
    drivers.append(with_scripts)
    with_scripts.get(served.link())
    places = pages(with_scripts, url)

    def only_us():
        asked(with_scripts)
        hosts = set()
        for place in places.values():
            with_scripts.get(place)
            hosts |= {urlsplit(one).netloc or urlsplit(one).scheme for one in asked(with_scripts)}
        assert hosts <= {urlsplit(url).netloc, "data"}, hosts
        said = [one["message"] for one in with_scripts.get_log("browser") if "favicon" not in one["message"]]
        assert not said, said
        return f"{len(places)} pages asked {', '.join(sorted(hosts))} only, and nothing was refused by the policy"
    check("nobody else is asked", only_us)
    if "--pictures" in sys.argv:
        check("pictures", lambda: pictures(served, with_scripts, places))

    def accessible():
        minor = set()
        for theme in ("light", "dark"):
            look(with_scripts, theme)
            for name, place in places.items():
                with_scripts.get(place)
                minor |= set(nothing_serious(with_scripts, name, theme))
        look(with_scripts, "light")
        return f"{len(places)} pages, light and dark; less than serious: {sorted(minor) or 'none'}"
    check("axe-core finds nothing serious", accessible)

    def narrow():
        size(with_scripts, 360, 740)
        wide = []
        for name, place in places.items():
            with_scripts.get(place)
            width = with_scripts.execute_script("return document.documentElement.scrollWidth")
            if width > 360:
                wide.append((name, width))
        size(with_scripts, 1280)
        assert not wide, wide
        return f"{len(places)} pages"
    check("360 pixels are enough", narrow)

    def printed():
        with_scripts.get(places["overview"])
        pdf = with_scripts.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})["data"]
        count = len(PdfReader(io.BytesIO(base64.b64decode(pdf))).pages)
        assert count <= 2, count
        return f"{count} pages"
    check("the overview prints on two pages at most", printed)

    def path():
        with_scripts.get(places["overview"])
        with_scripts.find_element(By.CSS_SELECTOR, "#risk tbody td:last-child a").click()
        reason = urlsplit(with_scripts.current_url).fragment
        assert with_scripts.find_element(By.ID, reason), reason
        with_scripts.get(places["overview"])
        with_scripts.find_element(By.CSS_SELECTOR, "#customers tbody th a").click()
        quote = with_scripts.find_element(By.CSS_SELECTOR, ".quote")
        words = quote.find_element(By.TAG_NAME, "blockquote").text
        quote.find_element(By.CSS_SELECTOR, "figcaption a").click()
        said = with_scripts.find_element(By.ID, urlsplit(with_scripts.current_url).fragment)
        assert said.find_element(By.CSS_SELECTOR, ".words").text == words, words
        moment = said.find_element(By.CSS_SELECTOR, "a.gong").get_attribute("href")
        assert moment.startswith("https://app.gong.example/call?id="), moment
        return f"{moment}"
    check("number, quote, moment", path)

    def rows():
        with_scripts.get(places["overview"])
        before = [row.text for row in with_scripts.find_elements(By.CSS_SELECTOR, "#risk tbody tr")]
        with_scripts.find_element(By.CSS_SELECTOR, "#risk thead th:nth-child(3) button").click()
        after = [row.text for row in with_scripts.find_elements(By.CSS_SELECTOR, "#risk tbody tr")]
        assert sorted(before) == sorted(after) and before != after
    check("a column sorts", rows)

    def without():
        driver = browser(scripts=False)
        drivers.append(driver)
        # The printed link works once: here it is a key that opens.
        driver.get(f"{url}/login")
        made = json.loads(gongkit(served.home, "--data-dir", str(served.data), "--json", "auth", "keys", "create", "--role", "admin", "without"))
        driver.find_element(By.ID, "key").send_keys(made["secret"] + "\n")
        WebDriverWait(driver, WAIT).until(lambda one: urlsplit(one.current_url).path == "/")
        for name, place in places.items():
            driver.get(place)
            assert urlsplit(driver.current_url).path != "/login", name
            assert driver.find_element(By.TAG_NAME, "h1").text, name
        driver.get(places["overview"])
        sections = driver.find_elements(By.CSS_SELECTOR, "main > section")
        assert len(sections) == 8, len(sections)
        driver.find_element(By.CSS_SELECTOR, ".look button[value=dark]").click()
        assert driver.find_element(By.TAG_NAME, "html").get_attribute("data-theme") == "dark"
        assert driver.current_url == places["overview"], driver.current_url
        driver.find_element(By.CSS_SELECTOR, "form.period input[name=period]").clear()
        driver.find_element(By.CSS_SELECTOR, "form.period input[name=period]").send_keys("2025-Q4\n")
        assert "period=2025-Q4" in driver.current_url
        return f"{len(places)} pages, the theme, the period"
    check("everything is there with scripts off", without)

    def roles():
        driver = browser()
        drivers.append(driver)
        driver.get(places["call"])
        assert urlsplit(driver.current_url).path == "/login", driver.current_url
        made = json.loads(gongkit(served.home, "--data-dir", str(served.data), "--json", "auth", "keys", "create", "--role", "viewer", "page"))
        driver.find_element(By.ID, "key").send_keys(made["secret"] + "\n")
        WebDriverWait(driver, WAIT).until(lambda one: urlsplit(one.current_url).path == "/call")
        assert "not shown to you" in driver.find_element(By.ID, "transcript").text
        driver.get(f"{url}/search")
        assert "There is no such page" in driver.find_element(By.TAG_NAME, "h1").text
        driver.find_element(By.CSS_SELECTOR, "form[action='/logout'] button").click()
        driver.get(url)
        assert urlsplit(driver.current_url).path == "/login"
        return "a viewer reads no words and finds no search"
    check("sign in, roles, sign out", roles)

    def news():
        with_scripts.get(f"{url}/")
        newest = with_scripts.find_element(By.ID, "newest-list").text
        folder = served.home / "more"
        folder.mkdir()
        call = {"call": {"metaData": {"id": "990001", "title": "A call that came just now", "started": "2026-10-01T10:00:00Z", "duration": 60,
                                      "primaryUserId": "1", "isPrivate": False, "url": "https://app.gong.example/call?id=990001"},
                         "parties": [{"id": "p1", "speakerId": "s1", "userId": "1", "affiliation": "Internal"}]},
                "callTranscript": {"callId": "990001", "transcript": [
                    {"speakerId": "s1", "topic": None, "sentences": [{"start": 0, "end": 900, "text": "Hello there."}]}]}}
        (folder / "990001.json").write_text(json.dumps(call), encoding="utf-8")
        gongkit(served.home, "--data-dir", str(served.data), "import", str(folder))
        WebDriverWait(with_scripts, WAIT).until(
            lambda one: "A call that came just now" in one.find_element(By.ID, "newest-list").text)
        assert "A call that came just now" not in newest
    check("a new call appears without a reload", news)


def pictures(served, driver, places):
    """Small pictures of the pages, on invented data, as the note in them says."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    size(driver, 1240, 900)
    told = []
    for name, place, theme, height in [
            ("overview", "overview", "light", 1500), ("overview-dark", "overview", "dark", 900), ("deal", "deal", "light", 900),
            ("account", "account", "light", 900), ("rep", "rep", "light", 700), ("call", "call", "light", 1000),
            ("search", "search", "light", 800), ("trackers", "trackers", "light", 700), ("health", "health", "light", 800)]:
        look(driver, theme)
        address = places[place].split("#")[0] if place == "call" else places[place]
        driver.get(address)
        full = driver.execute_script("return document.documentElement.scrollHeight")
        clip = {"x": 0, "y": 0, "width": 1240, "height": min(full, height or full), "scale": 0.72 if name != "overview" else 0.6}
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        file = PICTURES / f"{name}.png"
        file.write_bytes(base64.b64decode(shot["data"]))
        told.append(f"{name} {file.stat().st_size // 1000} kB")
    look(driver, "light")
    return ", ".join(told)


if __name__ == "__main__":
    main()
