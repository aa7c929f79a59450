"""A small invented company: two reps who are led by Mia, one who is not, a private call, and somebody
whose words attack whoever reads them. What belongs to a call is named after it, so that any trace of
it is found wherever it stands. It comes from a simulated Gong, by a sync.
"""

import http.client
import http.server
import json
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from server import GONGKIT, Process, Served, environment, gongkit

MIA, ADA, BEN, CY = "7001", "7002", "7003", "7004"
LED_BY = {ADA: MIA, BEN: MIA}
# Whose calls there are: a name for all that belongs to one, and who of the company took part.
CALLS = {"Mianote": MIA, "Adanote": ADA, "Bennote": BEN, "Cynote": CY, "Hidden": BEN}
PRIVATE = "Hidden"
ATTACK = "<script>window.owned=1</script>\"><img src=x onerror=\"window.owned=1\">'&lt;b&gt;"
# As views show it: no text of a call begins a tag, wherever it is written to.
SHOWN = ATTACK.replace("<", "‹")
ATTACKING = "8000000000000660"


def number(name):
    """The id of a call: long enough to stand in no other number by chance."""
    return str(8000000000000770 + list(CALLS).index(name))


def call(name, user, title=None, said=None, started="2026-03-02T10:00:00Z"):
    """A call, its deal and its customer, in Gong's shape."""
    of = number(name) if name in CALLS else name
    title = title or f"Title{name} review"
    said = said or f"That is too expensive for us, we have no budget for Said{name} this year."
    field = lambda name, value: {"name": name, "value": value}
    turns = [("s1", 0, "How is the month-end close going, and what does it cost you today?"),
             ("s2", 10_000, said),
             ("s1", 20_000, "The price is 400 euros a month, I will send you the order form on Friday.")]
    person = title if of == ATTACKING else f"Person{name}"
    return {
        "call": {
            "metaData": {"id": of, "url": f"https://app.gong.example/call?id={of}", "title": title, "started": started,
                         "scheduled": started, "duration": 600, "primaryUserId": user, "direction": "Conference", "scope": "External",
                         "system": "Zoom", "media": "Video", "language": "eng", "isPrivate": name == PRIVATE, "workspaceId": "1"},
            "context": [{"system": "Salesforce", "objects": [
                {"objectType": "Account", "objectId": f"Acc{name}", "timing": "TimeOfCall",
                 "fields": [field("Name", title if of == ATTACKING else f"Account{name}")]},
                {"objectType": "Opportunity", "objectId": f"Opp{name}", "timing": "TimeOfCall", "fields": [
                    field("Name", title if of == ATTACKING else f"Deal{name}"), field("StageName", "Discovery"), field("Amount", 84_000),
                    field("CurrencyIsoCode", "EUR"), field("CloseDate", "2026-03-30")]}]}],
            "parties": [
                {"id": f"p1{of}", "speakerId": "s1", "userId": user, "name": f"Colleague {user}", "emailAddress": f"{user}@us.example",
                 "affiliation": "Internal", "methods": ["Invitee", "Attendee"], "context": []},
                {"id": f"p2{of}", "speakerId": "s2", "name": person, "title": person, "emailAddress": f"{of}@them.example",
                 "affiliation": "External", "methods": ["Invitee", "Attendee"], "context": []}]},
        "callTranscript": {"callId": of, "transcript": [
            {"speakerId": speaker, "topic": None, "sentences": [{"start": start, "end": start + 6_000, "text": text}]}
            for speaker, start, text in turns]},
    }


class Led(http.server.BaseHTTPRequestHandler):
    """Before the simulated Gong, which knows no managers: the list of users says who leads whom."""

    behind = ""

    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(self.behind)
        sent = {name: text for name, text in self.headers.items() if name.lower() not in ("host", "connection", "accept-encoding")}
        connection.request(self.command, self.path, body or None, sent)
        answer = connection.getresponse()
        told = answer.read()
        if urlsplit(self.path).path == "/v2/users" and answer.status == 200:
            listed = json.loads(told)
            for user in listed["users"]:
                user["managerId"] = LED_BY.get(user["id"])
            told = json.dumps(listed).encode()
        self.send_response(answer.status)
        for name, text in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "content-encoding"):
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)
        connection.close()

    do_GET = do_POST = do_PUT = pass_on

    def log_message(self, *_):
        pass


def synced(data, calls):
    """Brings a company of these calls from a simulated Gong."""
    folder = data.parent / f"{data.name}-calls"
    folder.mkdir(exist_ok=True)
    for one in calls:
        (folder / f"{one['call']['metaData']['id']}.json").write_text(json.dumps(one), encoding="utf-8")
    command = [GONGKIT, "sim", "--no-limits", "--port", "0", "--calls", folder]
    with Process(command, environment(data), "stdout") as sim:
        told = {name: sim.told(rf"^{name}=(\S+)") for name in ("GONG_BASE_URL", "GONG_ACCESS_KEY", "GONG_ACCESS_KEY_SECRET")}
        Led.behind = urlsplit(told["GONG_BASE_URL"]).netloc
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Led) as before:
            threading.Thread(target=before.serve_forever, daemon=True).start()
            gongkit(data, "sync", **told | {"GONG_BASE_URL": f"http://127.0.0.1:{before.server_port}"})
            before.shutdown()


class Office(Served):
    """The company's pages; more calls may come."""

    def sync(self, calls):
        synced(self.data, calls)


@contextmanager
def company(folder):
    data = folder / "company"
    attack = call(ATTACKING, CY, title=ATTACK, said=f"That is too expensive: {ATTACK} and so on.")
    synced(data, [call(name, user) for name, user in CALLS.items()] + [attack])
    with Office(data) as office:
        yield office
