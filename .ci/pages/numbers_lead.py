"""Where numbers lead: to their rows as a table and as a file, to what was said, to the moment in Gong."""

import csv
import io
import json
from urllib.parse import urlsplit

from browser import every, one
from reader import Reader, ours, plainly
from server import gongkit

# So many calls, deals and so on are read; the demo has more, and periods have no end.
MOST = 12


def to_rows(served, driver, places):
    """Each number of the overview has a page of rows, and a file with the same rows."""
    driver.get(places["overview"])
    links = {link.get_attribute("href") for link in every(driver, ".big a, #forecast .legend a, #coaching td a")}
    reader = Reader(served.url, driver)
    seen = 0
    for link in sorted(links):
        driver.get(link)
        rows = len(every(driver, "main table tbody tr"))
        if not rows:
            assert every(driver, ".empty"), link
            continue
        answer = reader.ask(one(driver, "a[href*='format=csv']").get_attribute("href"))
        assert answer.headers["content-type"].startswith("text/csv"), link
        lines = list(csv.reader(io.StringIO(answer.text)))
        assert len(lines) - 1 == rows, (link, len(lines), rows)
        seen += rows
    won = one_number(driver, places, "#forecast .legend li:first-child")
    assert won[0] == won[1], won
    return f"{len(links)} numbers, {seen} rows; {won[1]} deals won are {won[1]} rows"


def one_number(driver, places, selector):
    """How many deals a number says that it counts, and how many rows it leads to."""
    driver.get(places["overview"])
    item = one(driver, selector)
    counted = int(item.text.rsplit("(", 1)[1].rstrip(")"))
    one(item, "a").click()
    return counted, len(every(driver, "main table tbody tr"))


def to_the_moment(served, driver, places):
    driver.get(places["overview"])
    one(driver, "#risk tbody td:last-child a").click()
    reason = urlsplit(driver.current_url).fragment
    assert one(driver, f"[id='{reason}']").is_displayed(), reason

    driver.get(places["overview"])
    one(driver, "#customers tbody th a").click()
    quote = one(driver, ".quote")
    words = one(quote, "blockquote").text
    one(quote, "figcaption a").click()
    anchor = urlsplit(driver.current_url).fragment
    said = one(driver, f"[id='{anchor}']")
    assert one(said, ".words").text == words, words
    assert driver.execute_script("return arguments[0].getBoundingClientRect().top < innerHeight", said), "it is scrolled to"
    link = one(said, "a.gong")
    moment = link.get_attribute("href")
    assert (link.get_attribute("rel"), link.get_attribute("target")) == ("noopener noreferrer", "_blank"), moment

    # What the command line cites of the same sentence.
    call = dict(pair.split("=") for pair in urlsplit(driver.current_url).query.split("&"))["id"]
    shown = json.loads(gongkit(served.data, "--json", "show", call))
    sentence = next(one for one in shown["sentences"] if f"s{one['sentence']}" == anchor)
    assert sentence["text"] == words, sentence
    assert moment.split("&")[0] == shown["url"], (moment, shown["url"])
    return f"“{words[:40]}…” → {moment}"


def everywhere(served, driver, places):
    """What pages link to is there, and so is the place within it."""
    reader = Reader(served.url, driver)
    read = dict(reader.all_from([places["overview"], places["search"]], MOST))
    broken = {address: answer.status for address, answer in read.items() if answer.status != 200}
    assert not broken, broken
    anchors = {address: answer.anchors() for address, answer in read.items()}
    lost, places_within = set(), 0
    for address, answer in read.items():
        for link in answer.links(address):
            fragment = urlsplit(link).fragment
            if fragment and ours(link, served.url):
                if plainly(link) not in anchors:
                    continue
                places_within += 1
                if fragment not in anchors[plainly(link)]:
                    lost.add((address, link))
    assert not lost, sorted(lost)[:5]
    return f"{len(read)} pages, {places_within} places within them"
