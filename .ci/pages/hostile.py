"""A title, a name and a sentence that would run if they stood in a page as they were said."""

from browser import complaints, every, one, sign_in
from company import ATTACKING, SHOWN

FOREIGN = "return document.querySelectorAll('main img, main script, main iframe, main [onerror], script:not([src^=\"/assets/\"])').length"


def shown(office, browsers):
    driver = browsers.open()
    sign_in(driver, office.url, office.key("admin"))
    complaints(driver)
    told = 0
    for page in (f"/call?id={ATTACKING}", "/calls", f"/deal?id=salesforce:Opp{ATTACKING}", f"/account?id=Acc{ATTACKING}", "/", "/deals",
                 "/search?q=too+expensive", "/search?q=%3Cscript%3Ewindow.owned%3D1%3C/script%3E&account=%22%3E%3Cimg+src%3Dx%3E"):
        driver.get(office.url + page)
        assert driver.execute_script("return window.owned") is None, page
        assert driver.execute_script(FOREIGN) == 0, page
        assert not complaints(driver), page
        told += one(driver, "body").text.count(SHOWN[:20])
    driver.get(f"{office.url}/call?id={ATTACKING}")
    assert one(driver, "h1").text == SHOWN, one(driver, "h1").text
    assert any(SHOWN in one.text for one in every(driver, ".words"))
    assert told >= 8, told
    browsers.close(driver)
    return f"it stands {told} times in the pages as text; nothing ran, nothing was asked for"
