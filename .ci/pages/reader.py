"""Reads pages without a browser but with its cookie: many of them, whole, with their headers."""

import html
import http.client
import re
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

PERIOD = "2026-Q1"
LINK = re.compile(r'href="([^"]*)"')
ANCHOR = re.compile(r'\sid="([^"]*)"')


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = {name.lower(): text for name, text in answer.getheaders()}
        self.cookies = answer.headers.get_all("Set-Cookie") or []
        self.text = answer.read().decode("utf-8")

    def links(self, base):
        return [urljoin(base, html.unescape(link)) for link in LINK.findall(self.text)]

    def anchors(self):
        return set(ANCHOR.findall(self.text))


class Reader:
    """Somebody's cookie, or nobody's."""

    def __init__(self, url, driver=None):
        self.url = url
        self.cookie = "; ".join(f"{one['name']}={one['value']}" for one in driver.get_cookies()) if driver else ""

    def ask(self, address, method="GET", form=None, **headers):
        whole = urlsplit(urljoin(self.url, address))
        connection = http.client.HTTPConnection(whole.netloc)
        sent = {"Cookie": self.cookie} if self.cookie else {}
        body = None
        if form is not None:
            body = urlencode(form)
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        sent |= {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            connection.request(method, urlunsplit(("", "", whole.path or "/", whole.query, "")), body, sent)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def all_from(self, starts, most):
        """Some pages and those that links lead to, each once: its address and answer. Of those that
        links lead to and that differ in their fields alone, at most so many.
        """
        waiting, known, read, of_path = [(start, 0) for start in starts], set(), [], Counter()
        while waiting:
            address, is_linked = waiting.pop(0)
            plain = plainly(address)
            if plain in known or is_linked and of_path[urlsplit(plain).path] >= most:
                continue
            known.add(plain)
            of_path[urlsplit(plain).path] += is_linked
            answer = self.ask(plain)
            read.append((plain, answer))
            if answer.headers.get("content-type", "").startswith("text/html"):
                waiting += [(link, 1) for link in answer.links(plain) if ours(link, self.url)]
        return read


def ours(link, url):
    """Whether it is a page to read; news are none, and other periods have no end."""
    parts = urlsplit(link)
    period = dict(parse_qsl(parts.query)).get("period", PERIOD)
    return link.startswith(url) and period == PERIOD and parts.path not in ("/live", "/login", "/enter")


def plainly(address):
    """An address without its place within the page, and its fields in order."""
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(sorted(parse_qsl(parts.query))), ""))
