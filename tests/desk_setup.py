#!/usr/bin/env python3
"""The first day of an administration: an empty host, the one-time code of the terminal, the first administrator, staff,
a delegation; then a person files, an agent proposes, the signatory signs and the decision is notified. No
demonstration, no shortcut: only what a newcomer has.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import os
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import ROOT, Folder, Server, finish, step, wasl  # noqa: E402
from desk_flow import Browser  # noqa: E402

MEMBER = "commune-nouvelle"
NODE = """
[[member]]
id = "commune-nouvelle"
name = { ar = "جماعة جديدة", fr = "Commune nouvelle" }
kind = "commune"
supervisory = "tutelle"
appeal = "tutelle"

[[member.office]]
code = "etat-civil"
name = { ar = "مصلحة الحالة المدنية", fr = "Bureau de l’état civil" }

[[member.office]]
code = "tutelle"
name = { ar = "سلطة الوصاية", fr = "Autorité de tutelle" }
procedures = ["-"]
"""
PASSWORD = "une phrase assez longue"


def desk(path, language="fr"):
    return f"/{language}/desk/{MEMBER}{path}"


def secret_on(page):
    return re.search(r">\s*([A-Z2-7]{4}(?: ?[A-Z2-7]{4}){3,}|[A-Z2-7]{16,})\s*<", page.text)[1].replace(" ", "")


def sms_code(folder):
    """The six digits of the newest short message, as gammu-smsd would find it."""
    for _ in range(100):
        files = sorted(folder.glob("OUT*"), key=lambda path: path.stat().st_mtime)
        if files:
            text = files[-1].read_bytes().decode("utf-16")
            files[-1].unlink()
            return re.search(r"\b\d{6}\b", text)[0]
        time.sleep(0.2)
    raise AssertionError("no short message came")


def main(folder):
    data, spool = folder / "data", folder / "sms"
    data.mkdir()
    spool.mkdir()
    (data / "node.toml").write_text(NODE)
    os.environ["WASL_SMS_SPOOL"] = str(spool)
    wasl("publish", "--member", MEMBER, "--data", data, ROOT / "procedures/birth-extract")
    agents, state = {}, {}

    with Server(data) as server:
        code = re.search(r"code ([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})", server.output)[1]

        def person(login):
            if login not in state:
                browser = Browser(server.url)
                reply = browser.sign_in(agents[login])
                assert reply.status == 200 and "/desk/sign-in" not in reply.url, (login, reply.status, reply.url)
                state[login] = browser
            return state[login]

        def remember(login, page):
            agents[login] = {"member": MEMBER, "login": login, "password": PASSWORD, "totp": secret_on(page)}

        @step("setup: a wrong code, a short password: refused beside the field, nothing typed is lost")
        def _():
            browser = Browser(server.url)
            form = browser.ask("/fr/desk/setup").form("/desk/setup")
            fields = {"member": MEMBER, "name": "Driss Premier", "name-arabic": "إدريس الأول", "login": "admin"}
            wrong = browser.send(form, setup="AAAA-BBBB-CCCC", password=PASSWORD, **fields)
            assert wrong.status in (401, 403, 422) and "error-summary" in wrong.text and "Driss Premier" in wrong.text, wrong.status
            short = browser.send(form, setup=code, password="court", **fields)
            assert short.status == 422 and 'id="sign-in-password-error"' in short.text, short.status

        @step("setup: the code of the terminal makes the first administrator, once")
        def _():
            browser = Browser(server.url)
            form = browser.ask("/ar/desk/setup").form("/desk/setup")
            fields = {"member": MEMBER, "setup": code, "name": "Driss Premier", "name-arabic": "إدريس الأول", "login": "admin", "password": PASSWORD}
            page = browser.send(form, **fields)
            assert page.status == 200 and "<svg" in page.text, (page.status, page.text[:300])
            remember("admin", page)
            again = browser.send(form, **fields)
            assert again.status in (401, 403, 409, 422), again.status

        @step("setup: the administrator signs in with password and six digits, and sees no dossier")
        def _():
            admin = person("admin")
            assert admin.ask(desk("/admin")).status == 200
            assert admin.ask(desk("/queue")).status == 404

        @step("setup: staff are hired for their offices, a delegation is given")
        def _():
            admin = person("admin")
            for login, name, arabic, roles in (("agent", "Fatima Agent", "فاطمة العون", ["agent", "counter"]),
                                               ("maire", "Le président", "الرئيس", ["signatory"]),
                                               ("audit", "Leïla Contrôle", "ليلى المراقبة", ["auditor"])):
                form = admin.ask(desk("/admin")).form("/admin", do="add-staff")
                page = admin.send(form, **{"login": login, "name": name, "name-arabic": arabic, "password": PASSWORD, "roles": roles,
                                           "offices": ["etat-civil"] if login != "audit" else []})
                assert page.status == 200 and "<svg" in page.text, (login, page.status)
                remember(login, page)
            page = admin.ask(desk("/admin"))
            hers = re.search(r'<option value="([^"]+)"[^>]*>Le président', page.text)[1]
            given = admin.send(page.form("/admin", do="delegate"), delegate=hers, office="etat-civil", reference="Arrêté 7/2026")
            assert "done=delegate" in given.url, (given.status, given.url)
            arabic = admin.ask(desk("/admin", "ar"))
            assert "فاطمة العون" in arabic.text and "الرئيس" in arabic.text, "names of staff in Arabic"
            assert "Fatima Agent" in admin.ask(desk("/admin")).text
            for language, name in (("ar", "إدريس الأول"), ("fr", "Driss Premier")):
                shown = re.search(r'wasl-nav__person"><bdi>([^<]*)', admin.ask(desk("/admin", language)).text)[1]
                assert shown == name, f"the header in {language}: {shown}"

        @step("setup: a person signs in with the code that came as a short message, and files")
        def _():
            one = Browser(server.url)
            form = one.ask("/fr/sign-in").form("/sign-in")
            waiting = one.send(form, contact="+212600000077")
            done = one.send(waiting.form("/sign-in/code"), code=sms_code(spool))
            assert done.status == 200 and "/sign-in" not in done.url, (done.status, done.url)
            state["citizen"] = one
            token = next(c.value for h in one.opener.handlers if hasattr(h, "cookiejar") for c in h.cookiejar if c.name == "wasl")
            import json
            import urllib.request
            wish = {"member": MEMBER, "procedure": "birth-extract", "language": "fr", "answers": {
                "for_child": False, "holder_name": {"given_latin": "Amina", "family_latin": "Alaoui", "given_ar": "أمينة", "family_ar": "العلوي"},
                "holder_birth": "1990-05-12", "birth_commune": {"text": "عين الوصل"}, "delivery": "online"}}
            request = urllib.request.Request(server.url + "/api/dossiers", json.dumps(wish).encode(), {
                "Content-Type": "application/json", "Authorization": "Bearer " + token, "Idempotency-Key": "first-day"})
            with urllib.request.urlopen(request, timeout=30) as reply:
                state["reference"] = json.loads(reply.read())["reference"]

        @step("setup: the agent proposes, the delegate signs, the decision is notified")
        def _():
            agent = person("agent")
            files = agent.ask(desk("/queue")).links(f"/desk/{MEMBER}/dossier/")
            assert len(set(files)) == 1, files
            # The papers were shown at the counter: the agent has seen them and takes the file for complete.
            accepted = agent.send(agent.ask(files[0]).form(do="accept"))
            assert "done=accept" in accepted.url, (accepted.status, accepted.url)
            proposed = agent.send(agent.ask(files[0]).form(do="grant"))
            assert "done=grant" in proposed.url, (proposed.status, proposed.url)
            signatory = person("maire")
            form = signatory.ask(desk("/signature")).form("/bulk/run")
            signed = signatory.send(form, id=[v for n, v in form["boxes"] if n == "id"])
            assert "wasl-tag--green" in signed.text, signed.text[:400]
            notified = agent.send(agent.ask(files[0]).form(do="notify"), channel="account", proof="lu en ligne")
            assert "done=notify" in notified.url, (notified.status, notified.url)
            page = state["citizen"].ask("/fr/request/" + state["reference"])
            assert page.status == 200 and page.links("/document/"), "the person has their document"
            assert "الرئيس" in signatory.ask(files[0].replace("/fr/", "/ar/")).text, "who signed, in Arabic on the Arabic page"

    @step("setup: no second code is printed once there is an administrator")
    def _():
        with Server(data) as server:
            assert "First administrator" not in server.output, server.output
        assert "DIFFERS" not in wasl("audit", "--data", data)


if __name__ == "__main__":
    with Folder() as place:
        main(place)
    finish()
