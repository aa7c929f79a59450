"""Fails if a page lies beside the book, or a link between its pages leads nowhere."""

import pathlib
import re
import sys
import urllib.parse
from html.parser import HTMLParser

source, built = map(pathlib.Path, sys.argv[1:])
problems = []

contents = (source / "SUMMARY.md").read_text()
for page in source.rglob("*.md"):
    name = page.relative_to(source).as_posix()
    if name != "SUMMARY.md" and f"]({name})" not in contents:
        problems.append(f"{name} is not in SUMMARY.md")
    for link in re.findall(r"\]\((\.\./[^)#]*)", page.read_text()):
        if not (page.parent / link).exists():
            problems.append(f"{name} links to what is not in the repository: {link}")


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.places = [], set()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if attributes.get("id"):
            self.places.add(attributes["id"])


pages = {}
for file in built.rglob("*.html"):
    page = Page()
    page.feed(file.read_text())
    pages[file.relative_to(built).as_posix()] = page

count = 0
for name, page in pages.items():
    if name in {"print.html", "404.html", "toc.html"}:
        continue
    for link in page.links:
        address = urllib.parse.urlsplit(link)
        if address.scheme or address.netloc or link.startswith("javascript"):
            continue
        count += 1
        path = urllib.parse.unquote(address.path)
        there = (built / name).parent / path if path else built / name
        there = pathlib.Path(re.sub(r"/$", "/index.html", str(there))).resolve()
        try:
            target = there.relative_to(built.resolve()).as_posix()
        except ValueError:
            problems.append(f"{name} links out of the book: {link}")
            continue
        if not there.exists():
            problems.append(f"{name} links to what is not there: {link}")
        elif address.fragment and target in pages and address.fragment not in pages[target].places:
            problems.append(f"{name} links to a place that is not there: {link}")

print(f"{len(pages)} pages, {count} links, {len(problems)} problems")
for problem in sorted(set(problems)):
    print(problem)
sys.exit(bool(problems))
