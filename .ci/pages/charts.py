"""Drawings for whoever cannot see them: a name and a description, and a table or words beside them."""

from browser import every, one

UNTOLD = """
return [...document.querySelectorAll('svg')].filter(svg => svg.getAttribute('aria-hidden') !== 'true').filter(svg => {
  const name = svg.querySelector(':scope > title')?.textContent.trim() || svg.getAttribute('aria-label');
  return svg.getAttribute('role') !== 'img' || !name;
}).map(svg => svg.outerHTML.slice(0, 200));
"""


def told(driver, places):
    drawn = 0
    for name, place in places.items():
        driver.get(place)
        untold = driver.execute_script(UNTOLD)
        assert not untold, (name, untold)
        drawn += len(every(driver, "svg[role=img]"))
        assert len(every(driver, "h1")) == 1, name
        assert one(driver, "html").get_attribute("lang") == "en", name
    assert drawn, "nothing is drawn"
    return f"{drawn} drawings have a name"
