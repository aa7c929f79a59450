"""The overview on paper."""

import base64
import io

from pypdf import PdfReader


def printed(driver, places):
    driver.get(places["overview"])
    asked = {"preferCSSPageSize": True, "printBackground": True}
    pdf = driver.execute_cdp_cmd("Page.printToPDF", asked)["data"]
    pages = PdfReader(io.BytesIO(base64.b64decode(pdf))).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) <= 2, len(pages)
    for wanted in ("Will we make the number?", "Deals at risk", "Competitors", "What customers say", "Coaching"):
        assert wanted in text, wanted
    return f"{len(pages)} pages, {len(text.split())} words"
