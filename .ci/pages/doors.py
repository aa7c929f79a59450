"""What keeps others out: cookies, forms that another page sends, frames, wrong keys, foreign hosts."""

import http.server
import re
import subprocess
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from browser import every, one, path, sign_in, until
from looks import POLICY
from reader import Reader
from server import Served

EVERY_ANSWER = {"content-security-policy": POLICY, "x-content-type-options": "nosniff", "x-frame-options": "DENY",
                "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}


def cookies(office, browsers):
    """As strict as browsers allow, in plain text on this machine and over TLS; no script reads one."""
    key = office.key("admin")
    told = [held(office, browsers, key, is_secure=False)]
    certificate, secret = office.data.parent / "cert.pem", office.data.parent / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", secret, "-out", certificate],
                   check=True, capture_output=True, timeout=60)
    with Served(office.data, "--tls-cert", certificate, "--tls-key", secret) as over_tls:
        assert over_tls.url.startswith("https://"), over_tls.url
        told.append(held(over_tls, browsers, key, is_secure=True))
    return "; ".join(told)


def held(served, browsers, key, is_secure):
    driver = browsers.open(accept_insecure_certs=is_secure)
    sign_in(driver, served.url, key)
    one(driver, ".look button[value=dark]").click()
    all_of_them = driver.get_cookies()
    names = sorted(cookie["name"] for cookie in all_of_them)
    prefix = "__Host-" if is_secure else ""
    port = urlsplit(served.url).port
    assert names == [f"{prefix}gongkit-{port}", f"{prefix}gongkit-theme-{port}"], names
    for cookie in all_of_them:
        flags = cookie["httpOnly"], cookie["sameSite"], cookie["secure"], cookie["path"]
        assert flags == (True, "Strict", is_secure, "/"), cookie
        assert key not in cookie["value"]
    assert driver.execute_script("return document.cookie") == ""
    browsers.close(driver)
    return f"{', '.join(names)}: HttpOnly, SameSite=Strict{', Secure' if is_secure else ''}"


FORGING = """<!doctype html><title>Another page</title><h1>Another page</h1>
<form method="post" action="{url}/look"><input name="theme" value="dark"><input name="back" value="/"><button id="look">a</button></form>
<form method="post" action="{url}/logout"><button id="logout">b</button></form>
<form method="post" action="{url}/login"><input name="key" value="{key}"><button id="login">c</button></form>
<iframe src="{url}/health"></iframe><a id="link" href="{url}/health">link</a>"""


@contextmanager
def another_page(url, key):
    """A page of another server of this machine, which is another origin and the same site."""
    text = FORGING.format(url=url, key=key).encode()

    class Forging(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forging) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def forged(office, browsers):
    driver = browsers.open()
    key = office.key("admin")
    sign_in(driver, office.url, key)
    refused = []
    with another_page(office.url, office.key("viewer")) as port:
        for button in ("look", "logout", "login"):
            driver.get(f"http://127.0.0.1:{port}/")
            one(driver, f"#{button}").click()
            text = one(driver, "body").text
            assert "only a page of this server may send something" in text, (button, text)
            refused.append(button)
        driver.get(f"http://127.0.0.1:{port}/")
        driver.switch_to.frame(one(driver, "iframe"))
        assert not every(driver, "main"), "it is shown in a frame"
        driver.switch_to.default_content()
        # By another site's name no cookie comes along: whoever follows its link goes on by himself.
        driver.get(f"http://localhost:{port}/")
        one(driver, "#link").click()
        until(driver, "the login", lambda driver: path(driver) == "/login")
        one(driver, "main a[href='/health']").click()
        assert path(driver) == "/health"
    driver.get(office.url)
    assert every(driver, "form[action='/logout']"), "he is still signed in"
    assert one(driver, "html").get_attribute("data-theme") is None, "and it looks as before"
    old = untrue_tokens(office, driver)
    browsers.close(driver)
    answers = every_answer(office)
    return f"refused: {', '.join(refused)}, a frame, {old}; {answers} kinds of answers have every header"


def untrue_tokens(office, driver):
    """A form from here without what only its page had, and with that of another session."""
    reader, nobody = Reader(office.url, driver), Reader(office.url)
    other = re.search(r'name="form_token" value="(\w+)"', nobody.ask("/login").text)[1]
    for form in ({"theme": "dark"}, {"theme": "dark", "form_token": other}):
        answer = reader.ask("/look", "POST", form)
        assert answer.status == 403 and not answer.cookies, (answer.status, answer.cookies)
    right = re.search(r'name="form_token" value="(\w+)"', reader.ask("/health").text)[1]
    assert reader.ask("/look", "POST", {"theme": "dark", "form_token": right, "back": "/"}).status == 303, "or nothing is shown"
    elsewhere = reader.ask("/look", "POST", {"theme": "dark", "form_token": right, "back": "https://evil.example/"})
    assert elsewhere.headers["location"] == "/", elsewhere.headers
    return "two forms with untrue tokens"


def every_answer(office):
    """Whatever is answered, and to whom, tells the browser what it may not do."""
    nobody = Reader(office.url)
    style = next(link for link in nobody.ask("/login").links(office.url) if link.endswith(".css"))
    asked = [("/login", "GET", 200, {}), (style, "GET", 200, {}), ("/", "GET", 303, {}), ("/calls?format=csv", "GET", 303, {}),
             ("/live", "GET", 303, {}), ("/enter?link=x", "GET", 401, {}), ("/assets/0/none", "GET", 404, {}), ("/login", "DELETE", 403, {}),
             ("/login", "POST", 403, {}), ("/", "HEAD", 401, {}), ("/login", "GET", 421, {"Host": "rebound.example"})]
    for address, method, status, headers in asked:
        answer = nobody.ask(address, method, **headers)
        assert answer.status == status, (method, address, answer.status)
        for name, text in EVERY_ANSWER.items():
            assert answer.headers.get(name) == text, (method, address, name, answer.headers.get(name))
    return len(asked)


def tried(office, browsers):
    """Ten wrong keys in a row, and each further try waits."""
    driver = browsers.open()
    driver.get(f"{office.url}/login")
    for tries in range(1, 30):
        one(driver, "#key").send_keys("gongkit_no_key\n")
        said = one(driver, ".refused").text
        if said != "This is not accepted as a key or a token.":
            break
    assert "Too many wrong tries" in said, said
    assert tries >= 11, tries
    nobody = Reader(office.url)
    form = nobody.ask("/login")
    token = re.search(r'name="form_token" value="(\w+)"', form.text)[1]
    nobody.cookie = form.cookies[0].split(";")[0]
    answer = nobody.ask("/login", "POST", {"form_token": token, "key": office.key("admin"), "to": "/"})
    # A try may have come back meanwhile: then the right key opens, and gives it back.
    assert answer.status in (429, 303), answer.status
    browsers.close(driver)
    return f"the {tries}th of a row waits"
