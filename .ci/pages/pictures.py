"""Small pictures of the pages, on invented data, as the note in them says. They stand in the documentation."""

import base64
import pathlib

from browser import look, size

FOLDER = pathlib.Path("docs/screenshots")
# Of all of them together.
MOST_BYTES = 2_000_000
WIDE, PHONE = 1240, 390
# A name, the page, how it looks, how wide it is, how much of its height is shown.
TAKEN = [("overview", "overview", "light", WIDE, 2400), ("overview-dark", "overview", "dark", WIDE, 1000), ("overview-phone", "overview", "light", PHONE, 1500),
         ("deal", "deal", "light", WIDE, 1000), ("account", "account", "light", WIDE, 1000), ("rep", "rep", "light", WIDE, 900),
         ("call", "call", "light", WIDE, 1100), ("transcript", "call#transcript", "light", WIDE, 900), ("search", "search", "light", WIDE, 1000),
         ("trackers", "trackers", "light", WIDE, 800), ("health", "health", "light", WIDE, 1000)]


def taken(served, driver, places):
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, of, theme, width, height in TAKEN:
        place, _, part = of.partition("#")
        look(driver, theme)
        size(driver, width)
        driver.get(places[place].split("#")[0])
        top = driver.execute_script("return document.getElementById(arguments[0])?.getBoundingClientRect().top ?? 0", part)
        full = driver.execute_script("return document.documentElement.scrollHeight")
        clip = {"x": 0, "y": top, "width": width, "height": min(full - top, height), "scale": 1 if width == PHONE else 0.8}
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        (FOLDER / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
    look(driver, "light")
    size(driver, WIDE)
    bytes_of = sum(file.stat().st_size for file in FOLDER.iterdir())
    assert bytes_of < MOST_BYTES, bytes_of
    return f"{len(TAKEN)} in {FOLDER}, {bytes_of // 1000} kB"
