"""The pages in headless Chromium: on the demo's invented calls, and on a small invented company in
which not everybody may see everything. Each check says what it saw and how long it took; words as
arguments choose those that have one in their name.
"""

import pathlib
import socket
import sys
import tempfile
import time

import charts
import doors
import hostile
import keyboard
import looks
import news
import numbers_lead
import paper
import pictures
import plain
import roles
from browser import Browsers, places_of
from company import company
from server import Served, gongkit

# Neither a browser nor a server is waited for any longer; `.ci/page` bounds the whole.
PATIENCE = 60


def main():
    socket.setdefaulttimeout(PATIENCE)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Browsers() as browsers:
        demo_of = pathlib.Path(folder) / "demo"
        gongkit(demo_of, "demo")
        with Served(demo_of, "--dashboard-note", "Invented data: every person, company and number is made up") as demo:
            on_the_demo(demo, browsers)
        if "--pictures" not in sys.argv:
            with company(pathlib.Path(folder)) as office:
                in_the_company(office, browsers)
    print(f"{time.monotonic() - began:6.1f}s in all")


def on_the_demo(demo, browsers):
    driver = browsers.open()
    driver.get(demo.link())
    places = places_of(driver, demo.url)
    if "--pictures" in sys.argv:
        check("pictures", pictures.taken, demo, driver, places)
        return
    check("nobody else is asked, and every answer has its policy", looks.only_us, demo, driver, places)
    check("axe-core finds nothing serious", looks.accessible, driver, places)
    check("360 pixels are enough", looks.narrow, driver, places)
    check("each drawing says what it shows", charts.told, driver, places)
    check("the overview prints on two pages at most", paper.printed, driver, places)
    check("a number leads to its rows", numbers_lead.to_rows, demo, driver, places)
    check("number, quote, moment", numbers_lead.to_the_moment, demo, driver, places)
    check("every link leads somewhere", numbers_lead.everywhere, demo, driver, places)
    check("a column sorts", looks.sorts, driver, places)
    check("all can be reached by keyboard", keyboard.reached, driver, places)
    check("all is there with scripts off", plain.all_there, demo, driver, browsers, places)
    check("forms work with scripts off", plain.forms, demo, browsers, places)


def in_the_company(office, browsers):
    check("a role sees what is its own, and nothing of the rest", roles.seen, office, browsers)
    check("hostile words are text", hostile.shown, office, browsers)
    check("a call appears without a reload", news.heard, office, browsers)
    check("the page works without news", news.without, office, browsers)
    check("cookies", doors.cookies, office, browsers)
    check("another page can send and frame nothing", doors.forged, office, browsers)
    check("wrong keys run out", doors.tried, office, browsers)


def check(name, work, *on):
    wanted = [word for word in sys.argv[1:] if not word.startswith("--")]
    if wanted and not any(word in name for word in wanted):
        return
    began = time.monotonic()
    try:
        told = work(*on)
    except BaseException:
        print(f"NO  {time.monotonic() - began:5.1f}s  {name}", flush=True)
        raise
    print(f"ok  {time.monotonic() - began:5.1f}s  {name}: {told}", flush=True)


if __name__ == "__main__":
    main()
