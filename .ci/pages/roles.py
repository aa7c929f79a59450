"""Who sees what: every page and every file that a role can reach is read, and searched for whatever
belongs to a call that is not for it.
"""

import csv
import io
from urllib.parse import urlsplit

from browser import every, one, sign_in
from company import ADA, ATTACKING, BEN, CALLS, MIA, PRIVATE, number
from reader import Reader

AS_OF = "period=2026-Q1&as_of=2026-03-05"
STARTS = ["/", "/deals", "/deals?format=csv", "/calls", "/calls?format=csv", "/search?q=month-end+close+budget", "/trackers", "/health",
          "/newest", "/rep?id={user}", "/search?q=too+expensive&mode=words"]
# Of one kind, beside those that are named here.
MOST = 8
# A role, who its holder is, and the calls of which he may see something.
SEEN = [("admin", None, {"Mianote", "Adanote", "Bennote", "Cynote"}), ("manager", MIA, {"Mianote", "Adanote", "Bennote"}),
        ("rep", ADA, {"Adanote"}), ("rep", BEN, {"Bennote"}), ("viewer", None, {"Mianote", "Adanote", "Bennote", "Cynote"}),
        ("auditor", None, set()), ("service", None, set())]
# No words for a viewer. Who took part stands by name on the page of a call, for a viewer as well.
FREE = ("Title", "Said")
NAMES = (*FREE, "Person", "Account", "Deal", "Acc", "Opp")


def seen(office, browsers):
    told = []
    for role, user, own in SEEN:
        driver = browsers.open()
        sign_in(driver, office.url, office.key(role, user))
        reader = Reader(office.url, driver)
        starts = [office.url + with_day(start.format(user=user or MIA)) for start in STARTS]
        starts += [f"{office.url}/{kind}" for name in CALLS for kind in pages_of(name)]
        read = reader.all_from(starts, MOST)
        for address, answer in read:
            traces(role, user, own, address, answer)
        present(role, own, read)
        private(role, user, reader)
        counted(role, own, reader)
        words_of_a_call(role, own, driver, office.url)
        browsers.close(driver)
        open_pages = sum(answer.status == 200 for _, answer in read)
        told.append(f"{role}{' ' + user if user else ''} {open_pages} of {len(read)}")
    return "pages open: " + ", ".join(told)


def with_day(start):
    return f"{start}{'&' if '?' in start else '?'}{AS_OF}"


def pages_of(name):
    return (f"call?id={number(name)}", f"deal?id=salesforce:Opp{name}&{AS_OF}", f"account?id=Acc{name}&{AS_OF}",
            f"calls?account=Acc{name}&{AS_OF}", f"calls?account=Acc{name}&format=csv")


def traces(role, user, own, address, answer):
    """Nothing of a call that is not for this role, wherever it stands; an address that was asked for
    may be repeated. Of a private call no more than that it was is known to anybody, and that to who
    took part.
    """
    for name in CALLS:
        text = answer.text
        if name not in own:
            if name in address or number(name) in address:
                assert answer.status in (200, 404), (role, address, answer.status)
                text = text.replace(f"Acc{name}", "").replace(f"Opp{name}", "").replace(number(name), "")
            found = [word + name for word in NAMES if word + name in text]
            if not (name == PRIVATE and user == BEN) and number(name) in text:
                found.append(number(name))
            assert not found, f"{role}: {found} in {address}"
        if role == "viewer":
            found = [word + name for word in FREE if word + name in text]
            assert not found, f"{role} reads words: {found} in {address}"


def present(role, own, read):
    """What is for this role is there: a search for traces in empty pages would find none."""
    everything = "".join(answer.text for _, answer in read)
    for name in own:
        assert number(name) in everything, (role, name)
        if role != "viewer":
            missing = [word + name for word in ("Title", "Said", "Person") if word + name not in everything]
            assert not missing, (role, missing)


def private(role, user, reader):
    """A private call is like one that is not there, but for who took part."""
    hidden, none = reader.ask(f"/call?id={number(PRIVATE)}"), reader.ask("/call?id=999999")
    if user != BEN:
        same = hidden.text.replace(number(PRIVATE), "") == none.text.replace("999999", "")
        assert (hidden.status, none.status) == (404, 404) and same, role


def counted(role, own, reader):
    """The totals are those of what is listed, and what is listed is what is for this role."""
    answer = reader.ask(f"/calls?format=csv&{AS_OF}")
    if not own:
        assert answer.status == 404, (role, answer.status)
        return
    ids = {row["call_id"] for row in csv.DictReader(io.StringIO(answer.text))}
    ours = {number(name) for name in own}
    assert ours <= ids <= ours | {ATTACKING, number(PRIVATE)}, (role, ids)
    page = reader.ask(f"/calls?{AS_OF}").text
    assert f"<p>{len(ids)} calls" in page, (role, len(ids))
    deals = reader.ask(f"/deals?format=csv&{AS_OF}")
    names = {row["deal_id"] for row in csv.DictReader(io.StringIO(deals.text))}
    assert names and names <= {f"salesforce:Opp{name}" for name in [*own, ATTACKING]}, (role, names)


def words_of_a_call(role, own, driver, url):
    """In the browser: words, kinds only, or no such page."""
    driver.get(f"{url}/call?id={number('Adanote')}")
    heading = one(driver, "h1").text
    if "Adanote" not in own:
        assert heading == "There is no such page", (role, heading)
        return
    transcript = one(driver, "#transcript").text
    if role == "viewer":
        assert "not shown to you" in transcript, transcript
    else:
        assert "SaidAdanote" in transcript, (role, transcript)
    offered = [urlsplit(link.get_attribute("href")).path for link in every(driver, "header nav a")]
    assert ("/search" in offered) == (role != "viewer"), (role, offered)
