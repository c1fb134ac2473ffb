#!/usr/bin/env python3
"""What a person holds and gives: mandates from offer to withdrawal, addresses proven by codes, files of questions and
their limits, messages that are marked read, life events, the state of translations, two tabs and the way back.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import json
import pathlib
import re
import shutil
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import ROOT, Folder, Server, finish, step, wasl  # noqa: E402
from _person import ARABIC, PDF, Browser, newest_code, reference_of, sign_in  # noqa: E402
import desk_flow  # noqa: E402

COMMUNE = "commune-ain-wasl"
MEGABYTE = 1 << 20


def procedures(folder):
    """A sheet whose form asks for files, one that only Arabic and French know, and one portal sheet without a delay."""
    own = folder / "own" / "photo-request"
    shutil.copytree(ROOT / "procedures/birth-extract", own)
    text = (own / "procedure.toml").read_text()
    (own / "procedure.toml").write_text(text.replace('id = "birth-extract"', 'id = "photo-request"'))
    form = (own / "form.toml").read_text()
    (own / "form.toml").write_text(form + '\n[[page]]\nid = "pictures"\n\n[[page.field]]\nid = "place"\ntype = "text"\nrequired = true\n'
                                   '\n[[page.field]]\nid = "pictures"\ntype = "attachment"\nrequired = true\n')
    for language, page, place, pictures in (("ar", "صور", "المكان", "صور المكان"), ("fr", "Photos", "Lieu", "Photos du lieu")):
        path = own / f"texts.{language}.toml"
        texts = path.read_text()
        path.write_text(texts + f'\n[page.pictures]\ntitle = "{page}"\n\n[field.place]\nlabel = "{place}"\n\n[field.pictures]\nlabel = "{pictures}"\n')
    appeal = folder / "own" / "administrative-appeal"
    shutil.copytree(ROOT / "procedures/administrative-appeal", appeal)
    form = (appeal / "form.toml").read_text()
    (appeal / "form.toml").write_text(form + '\n[[page.field]]\nid = "proofs"\ntype = "attachment"\n')
    for language, proofs in (("ar", "حجج"), ("fr", "Preuves"), ("en", "Proofs"), ("zgh", "ⵉⵏⵣⴰⵏ")):
        path = appeal / f"texts.{language}.toml"
        path.write_text(path.read_text() + f'\n[field.proofs]\nlabel = "{proofs}"\n')
    portal = folder / "portal.json"
    portal.write_text(json.dumps([{"proc_title": "رخصة تجربة", "proc_administration": ["جماعة"], "proc_pieces": ["طلب"], "proc_steps": [],
                                   "fee": "بالمجان", "proc_delai": "بين أسبوعين وشهر حسب الحالة", "proc_description": "وصف", "proc_lois": []}], ensure_ascii=False))
    return folder / "own", portal


def named(base, language, address, **name):
    """Somebody with an account and a name."""
    browser = Browser(base)
    sign_in(browser, language, address)
    form = browser.ask(f"/{language}/me/about").form("/me/about")
    browser.send(form, ARABIC | name | {"language": language, "document_kind": "cnie"})
    return browser


with Folder() as folder:
    data = folder / "data"
    with Server(data, "--demo"):
        pass
    own, portal = procedures(folder)
    wasl("publish", own, "--member", COMMUNE, "--data", data)
    wasl("import", "idarati", portal, "--out", folder / "sheets", "--report", folder / "report.jsonl", "--member", COMMUNE, "--data", data)
    server = Server(data, "--demo").__enter__()
    base, state = server.url, {}

    @step("a mandate: offered to a phone, accepted there, used for one procedure, seen by both, withdrawn at once")
    def _():
        owner = named(base, "fr", "+212661500001", given_latin="Fatima", family_latin="Zahra", given_ar="", family_ar="")
        helper = named(base, "fr", "+212661500002", given_latin="Driss", family_latin="Helper", given_ar="", family_ar="")
        page = owner.ask("/fr/me/mandates/grant?procedure=birth-extract")
        form = page.form("/me/mandates/grant")
        assert form["fields"]["procedures"] == "birth-extract" and form["fields"]["scope"] == "some", form["fields"]
        page = owner.send(form, contact="0661500002")
        assert page.status == 200 and "attend l’accord" in page.words(), page.words()[:400]
        assert "1 procuration attend" in helper.ask("/fr/me").words()
        offers = helper.ask("/fr/me/mandates")
        assert "Fatima Zahra" in offers.words() and "jusqu’au" in offers.words()
        accept = re.search(r'name="accept" value="([^"]+)"', offers.text)[1]
        stranger = named(base, "fr", "+212661500003")
        assert stranger.send(stranger.ask("/fr/me/mandates").form("/me/mandates"), accept=accept).status == 404
        helper.send(offers.form("/me/mandates"), accept=accept)
        assert "Fatima Zahra" in helper.ask(f"/fr/p/{COMMUNE}/birth-extract").words(), "the sheet says for whom"
        assert "Fatima Zahra" not in helper.ask(f"/fr/apply/{COMMUNE}/auto-entrepreneur").words(), "the scope is one procedure"
        page = helper.ask(f"/fr/apply/{COMMUNE}/birth-extract")
        assert "Fatima Zahra" in page.words()
        page = helper.send(page.form("/apply/"), whom=accept)
        assert "Vous agissez pour" in page.words(), "every page of the form says for whom"
        page = helper.send(page.form("/for-whom"), for_child="no")
        page = helper.ask(re.sub(r"/[^/]+$", "/check", page.url))
        assert "Vous agissez pour" in page.words() and "Déposée par" in page.words()
        page = helper.send(page.form("/file"))
        reference = reference_of(page)
        assert "Driss Helper" in page.words() and "Fatima Zahra" in page.words() and "procuration" in page.words()
        assert reference in owner.ask("/fr/me/requests").text, "the principal has the request too"
        for browser in (owner, helper):
            seen = browser.ask("/fr/me/mandates").words()
            assert "Demande déposée" in seen and reference in seen, "each use is written down for both"
        assert '"filed"' in owner.ask("/fr/me/data").text
        page = owner.ask("/fr/me/mandates")
        revoke = re.search(r'name="revoke" value="([^"]+)"', page.text)[1]
        owner.send(page.form("/me/mandates"), revoke=revoke)
        assert helper.ask(f"/fr/request/{reference}").status == 404
        assert "Fatima Zahra" not in helper.ask(f"/fr/apply/{COMMUNE}/birth-extract").words()
        assert owner.ask(f"/fr/request/{reference}").status == 200

    @step("a mandate to a company's representative says for which company; a wrong offer is said beside its field")
    def _():
        owner = named(base, "fr", "+212661500011", given_latin="Salma", family_latin="Owner")
        form = owner.ask("/fr/me/mandates/grant").form("/me/mandates/grant")
        bad = owner.send(form, {"contact": "hello", "scope": "some", "company": "Fiduciaire", "ice": "12", "until-year": "2001"})
        assert bad.status == 422 and 'value="hello"' in bad.text and 'value="Fiduciaire"' in bad.text
        for field in ("contact", "scope", "ice", "until"):
            assert f'id="{field}-error"' in bad.text, field
        assert 'id="contact-error"' in owner.send(form, contact="+212661500011", scope="all").text, "not to oneself"
        page = owner.send(form, contact="+212661500012", scope="all", company="Fiduciaire Atlas", ice="001561191000066")
        assert page.status == 200 and "Fiduciaire Atlas, ICE 001561191000066" in page.words() and "Toutes les démarches" in page.words()

    @step("a mail address and a second phone open the account once their codes came back, and not before")
    def _():
        browser = Browser(base)
        sign_in(browser, "fr", "+212661500021")
        for address in ("soltana@example.ma", "+33612340021"):
            page = browser.send(browser.ask("/fr/me/addresses").form("/me/addresses"), contact=address)
            assert "/me/addresses/code" in page.url, page.words()[:200]
            wrong = browser.send(page.form("/me/addresses/code"), code="000000")
            assert wrong.status == 422 and address not in browser.ask("/fr/me").text
            page = browser.send(page.form("/me/addresses/code"), code=newest_code(base, address))
            assert address in page.text, page.words()[:300]
        mine = json.loads(browser.ask("/fr/me/data").text)["person"]["id"]
        for address in ("soltana@example.ma", "+33612340021"):
            other = Browser(base)
            sign_in(other, "fr", address)
            assert json.loads(other.ask("/fr/me/data").text)["person"]["id"] == mine, address
        page = browser.ask("/fr/me/addresses")
        for address in ("+33612340021", "soltana@example.ma"):
            page = browser.send(page.form("/me/addresses"), remove=address)
        page = browser.send(page.form("/me/addresses"), remove="+212661500021")
        assert page.status == 409 and "dernière adresse" in page.words()
        taken = browser.send(browser.ask("/fr/me/addresses").form("/me/addresses"), contact="+212661500001")
        assert browser.send(taken.form("/me/addresses/code"), code=newest_code(base, "+212661500001")).status == 409

    @step("files of a question: sent, refused by type, removed, kept in the draft, filed and given back")
    def _():
        browser = named(base, "fr", "+212661500031")
        page = browser.ask(f"/fr/apply/{COMMUNE}/photo-request")
        page = browser.send(page.form("/apply/"))
        at = re.sub(r"/[^/]+$", "", page.form("/draft/")["action"])
        page = browser.ask(at + "/pictures")
        assert 'type="file"' in page.text and 'enctype="multipart/form-data"' in page.text and ".jpg" in page.text
        form = page.form("/pictures")
        bad = browser.send(form, {"place": "Rue de la Paix"}, files={"file-pictures": ("x.exe", b"MZ no picture")})
        assert bad.status == 422 and 'id="file-pictures-error"' in bad.text and "Rue de la Paix" in bad.text
        page = browser.send(form, {"place": "Rue de la Paix", "stay": "1"}, files={"file-pictures": ("un.pdf", PDF)})
        assert page.status == 200 and "un.pdf" in page.text and "Rue de la Paix" in page.text
        page = browser.send(form, {"place": "Rue neuve", "stay": "1"}, files={"file-pictures": ("deux.pdf", PDF + b"2")})
        assert "un.pdf" in page.text and "deux.pdf" in page.text
        remove = re.search(r'name="remove" value="(pictures [0-9a-f]+)"', page.text)[1]
        page = browser.send(form, {"place": "Rue encore", "remove": remove}, files={})
        assert "un.pdf" not in page.text and "deux.pdf" in page.text and "Rue encore" in page.text
        other = Browser(base)
        sign_in(other, "fr", "+212661500031")
        assert "deux.pdf" in other.ask(at + "/pictures").text, "the draft keeps it, on another device too"
        page = browser.ask(at + "/check")
        assert "deux.pdf" in page.words()
        page = browser.send(page.form("/file"))
        reference_of(page)
        file = browser.ask(re.search(r'href="([^"]+/attachment/[^"]+)"', page.text)[1])
        assert file.body == PDF + b"2" and file.headers["X-Content-Type-Options"] == "nosniff"

    @step("a file over 10 MB, or 40 MB in all, is refused beside its field in four languages and nothing typed is lost")
    def _():
        browser = named(base, "fr", "+212661500041")
        page = browser.send(browser.ask(f"/fr/apply/{COMMUNE}/photo-request").form("/apply/"))
        at = re.sub(r"/[^/]+$", "", page.form("/draft/")["action"])
        words = {"ar": "10 ميغابايت", "fr": "10 Mo", "en": "10 MB", "zgh": "10 MB"}
        for language, said in words.items():
            here = at.replace("/fr/", f"/{language}/") + "/pictures"
            page = browser.send(browser.ask(here).form("/pictures"), {"place": "Rue gardée"}, files={"file-pictures": ("g.pdf", PDF + b" " * (11 * MEGABYTE))})
            assert page.status == 422 and 'id="file-pictures-error"' in page.text and said in page.words() and "Rue gardée" in page.text, (language, page.status, page.words()[:300])
        page = browser.send(browser.ask(at + "/papers").form("/papers"), files={"file-cnie": ("g.pdf", PDF + b" " * (11 * MEGABYTE))})
        assert page.status == 422 and 'id="file-cnie-error"' in page.text
        form = browser.ask(at + "/pictures").form("/pictures")
        for n in range(4):
            page = browser.send(form, {"place": "Rue gardée", "stay": "1"}, files={"file-pictures": (f"{n}.pdf", PDF + bytes([n]) * (10 * MEGABYTE - 100))})
            assert page.status == 200 and f"{n}.pdf" in page.text, (n, page.status)
        page = browser.send(form, {"place": "Rue gardée", "stay": "1"}, files={"file-pictures": ("trop.pdf", PDF + b"z" * (9 * MEGABYTE))})
        assert page.status == 422 and "40 Mo" in page.words() and "Rue gardée" in page.text and "trop.pdf" not in page.text
        page = browser.send(form, {"place": "x"}, files={"file-pictures": ("enorme.pdf", PDF + b"z" * (101 * MEGABYTE))})
        assert page.status == 413 and 'lang="fr"' in page.text and "vos réponses sont conservées" in page.words(), (page.status, page.words()[:200])
        assert "Rue gardée" in browser.ask(at + "/pictures").text

    @step("a message of an agent is counted for the person, marked read when they open the request, and the agent sees when")
    def _():
        agent = desk_flow.Browser(base)
        known = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        agent.sign_in(known[(COMMUNE, "agent")])
        browser = named(base, "fr", "+212661500051")
        page = browser.send(browser.ask(f"/fr/apply/{COMMUNE}/birth-extract").form("/apply/"))
        page = browser.send(browser.ask(re.sub(r"/[^/]+$", "/check", page.url)).form("/file"))
        reference = reference_of(page)
        listed = agent.ask(desk_flow.desk("/queue?" + urllib.parse.urlencode({"rows": 100, "q": reference})))
        link = next(link for link in listed.links("/dossier/"))
        file = agent.ask(link)
        agent.send(file.form(do="message"), text="Quelle rue ?")
        assert "pas encore lu" in agent.ask(link).text
        assert "1 message non lu" in browser.ask("/fr/me").words() and "1 message non lu" in browser.ask("/fr/me/requests").words()
        assert "Quelle rue" in browser.ask(f"/fr/request/{reference}").text
        assert "non lu" not in browser.ask("/fr/me").words()
        after = agent.ask(link).text
        assert "pas encore lu" not in after and re.search(r"lu le ", after), "the agent sees when it was read"

    @step("sheets are found by life event, on the first page and in the search")
    def _():
        for language, word in (("ar", "ولادة"), ("fr", "Naissance"), ("en", "Birth"), ("zgh", "ⵜⴰⵍⴰⵍⵉⵜ")):
            page = Browser(base).ask(f"/{language}")
            assert word in page.words() and f"/{language}/search?event=birth" in page.text, language
            found = Browser(base).ask(f"/{language}/search?event=birth")
            assert "/birth-extract" in found.text and "/auto-entrepreneur" not in found.text
            assert 'aria-current="page"' in found.text
        assert "/auto-entrepreneur" in Browser(base).ask("/fr/search?event=work").text

    @step("in English and Tamazight a sheet says whether its texts were reviewed or are absent; a delay that needs a human says so")
    def _():
        absent = Browser(base).ask(f"/en/p/{COMMUNE}/photo-request").words()
        sheet = next(line for line in (folder / "report.jsonl").read_text().splitlines())
        imported = json.loads(sheet)
        assert imported["delay"] == "needs-human", imported
        page = Browser(base).ask(f"/fr/p/{COMMUNE}/{imported['id']}").words()
        assert "Le délai publié n’est pas précis" in page and "60 jours" in page, page[:600]
        for language, words in (("en", ("have been reviewed", "have not been reviewed", "do not exist in this language")),
                                ("zgh", ("ⵜⵜⵓⵙⵙⴼⵍⵉⵏ",) * 2 + ("ⵓⵔ ⵍⵍⵉⵏ",))):
            for procedure in ("birth-extract", "building-permit-small"):
                shown = Browser(base).ask(f"/{language}/p/{COMMUNE}/{procedure}").words()
                assert any(word in shown for word in words), (language, procedure)
            assert words[2] in Browser(base).ask(f"/{language}/p/{COMMUNE}/{imported['id']}").words(), language
        assert absent and "have been reviewed" not in Browser(base).ask(f"/fr/p/{COMMUNE}/birth-extract").words()

    @step("two tabs and the way back: neither tab loses what the other has written, and an old page may be sent again")
    def _():
        browser = named(base, "fr", "+212661500061")
        page = browser.send(browser.ask(f"/fr/apply/{COMMUNE}/photo-request").form("/apply/"))
        at = re.sub(r"/[^/]+$", "", page.form("/draft/")["action"])
        first, second = browser.ask(at + "/pictures"), browser.ask(at + "/act")
        browser.send(second.form("/act"), birth_commune="Fès")
        browser.send(first.form("/pictures"), {"place": "Rue du premier onglet"}, files={"file-pictures": ("p.pdf", PDF)})
        check = browser.ask(at + "/check").words()
        assert "Fès" in check and "Rue du premier onglet" in check and "p.pdf" in check
        again = browser.send(first.form("/pictures"), {"place": "Rue corrigée"}, files={})  # back button, sent again
        assert again.status == 200 and "Rue corrigée" in browser.ask(at + "/check").words()
        filing = browser.ask(at + "/check").form("/file")
        reference = reference_of(browser.send(filing))
        assert reference_of(browser.send(filing)) == reference, "sent twice, one dossier"
        gone = browser.send(first.form("/pictures"), {"place": "trop tard"}, files={})
        assert gone.status == 404 and browser.ask(f"/fr/request/{reference}").status == 200

    @step("a form of mandates and one of addresses whose session ended come back as they were typed")
    def _():
        browser = named(base, "fr", "+212661500071")
        for path, field, value in (("/me/mandates/grant", "company", "Société gardée"), ("/me/addresses", "contact", "garde@example.ma"),
                                   ("/me/mandates", "name", "Enfant Gardé")):
            form = browser.ask(f"/fr{path}").form(path)
            browser.jar.clear()
            page = browser.send(form, {field: value})
            assert "/sign-in" in page.url, page.url
            page = sign_in(browser, "fr", "+212661500071", page)
            assert value in page.text, (path, page.url)

    @step("a phone typed at the counter opens no account until its code was read back to the agent")
    def _():
        agent = desk_flow.Browser(base)
        known = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        agent.sign_in(next(a for a in known.values() if a["member"] == COMMUNE and a["login"] == "accueil") if (COMMUNE, "accueil") in known else known[(COMMUNE, "agent")])
        state["agent"] = agent
        counter = agent.ask(desk_flow.desk("/counter"))
        fields = {"given-ar": "زهرة", "family-ar": "المكي", "given-latin": "Zahra", "family-latin": "Mekki", "birth": "1950",
                  "kind": "cnie", "number": "ZZ445566", "phone": "0661500081", "seen": "yes"}
        page = agent.send(counter.form("/counter", do="enrol"), **fields)
        assert "done=enrol" in page.url and "pas encore vérifié" in page.text, page.url
        stranger = Browser(base)
        sign_in(stranger, "fr", "+212661500082")
        wrong = agent.send(page.form(do="confirm"), code="000000")
        assert wrong.status == 422, wrong.status
        page = agent.send(page.form(do="confirm"), code=newest_code(base, "+212661500081"))
        assert "done=confirm" in page.url and "pas encore vérifié" not in page.text, page.url
        mine = Browser(base)
        sign_in(mine, "fr", "+212661500081")
        assert "ZZ445566" in mine.ask("/fr/me").text

    @step("the counter takes files that a question asks for: refused beside it, kept over a second look, filed with the rest")
    def _():
        agent, entered = Browser(base), state["agent"]
        agent.opener = entered.opener
        counter = entered.ask(desk_flow.desk("/counter"))
        fields = {"given-ar": "فاطمة", "family-ar": "المكي", "birth": "1950", "kind": "cnie", "number": "ZZ445577", "seen": "yes"}
        seen = entered.send(counter.form("/counter", do="enrol"), **fields)
        page = agent.ask(entered.send(seen.form("/counter/person", do="file"), procedure="photo-request").url)
        assert 'name="file-pictures"' in page.text and "Photos du lieu" in page.words(), page.words()[:300]
        form = page.form("/file/photo-request")
        typed = {"place": "Rue de la Paix", "consent": "relu, accepté"}
        bad = agent.send(form, typed, do="read-back", files={"file-pictures": ("x.exe", b"MZ no picture"), "file-cnie": ("cnie.pdf", PDF + b"0")})
        assert bad.status == 422 and 'id="file-pictures-error"' in bad.text and "Rue de la Paix" in bad.text
        assert "cnie.pdf" in bad.text, "the file that was good is kept"
        page = agent.send(bad.form("/file/photo-request"), typed, do="refresh", files={"file-pictures": ("un.pdf", PDF)})
        assert page.status == 200 and "un.pdf" in page.text and "cnie.pdf" in page.text and "Rue de la Paix" in page.text
        form = page.form("/file/photo-request")
        assert form["fields"]["files"] == bad.form("/file/photo-request")["fields"]["files"] != "", "one place for all of them"
        unsaid = agent.send(form, typed | {"consent": ""}, do="file", files={})
        assert unsaid.status == 422 and 'id="counter-consent-error"' in unsaid.text and "un.pdf" in unsaid.text
        cnie = re.search(r'name="remove" value="(cnie [0-9a-f]+)"', page.text)[1]
        page = agent.send(form, typed, remove=cnie, files={})
        assert page.status == 200 and "cnie.pdf" not in page.text and "un.pdf" in page.text
        back = agent.send(page.form("/file/photo-request"), typed, do="read-back", files={})
        assert back.status == 200 and "un.pdf" in back.words(), "it is read back with the answers"
        filed = agent.send(back.form("/file/photo-request"), do="file")
        assert "/counter/filed/" in filed.url, (filed.status, filed.url, filed.words()[:300])
        file = entered.ask(re.search(r'href="([^"]+/dossier/[a-z0-9]+)"', filed.text)[1])
        given = entered.ask(file.links("/paper/")[0])
        assert "un.pdf" in file.text and given.body == PDF, (file.status, given.status)
        stolen = agent.send(form, typed, do="refresh", files={})
        assert "un.pdf" not in stolen.text, "filed once, they are no longer the form's"

    def appealed(browser, path):
        page = browser.ask(path)
        assert 'name="file-proofs"' in page.text and 'name="file-evidence"' in page.text and "Preuves" in page.words(), page.words()[:400]
        typed = {"grounds": "Le nom est mal écrit.", "wanted": "change"}
        bad = browser.send(page.form("/appeal"), typed, files={"file-proofs": ("x.exe", b"MZ"), "file-evidence": ("lettre.pdf", PDF + b"1")})
        assert bad.status == 422 and 'id="file-proofs-error"' in bad.text and "Le nom est mal écrit." in bad.text and "lettre.pdf" in bad.text
        silent = browser.send(bad.form("/appeal"), {"grounds": ""}, files={"file-proofs": ("preuve.pdf", PDF + b"2")})
        assert silent.status == 422 and 'id="grounds-error"' in silent.text and "preuve.pdf" in silent.text and "lettre.pdf" in silent.text
        assert "/draft/" not in browser.ask("/fr/me/requests").text, "its files are no request begun"
        remove = re.search(r'name="remove" value="(evidence [0-9a-f]+)"', silent.text)[1]
        page = browser.send(silent.form("/appeal"), typed, remove=remove, files={})
        assert page.status == 200 and "lettre.pdf" not in page.text and "preuve.pdf" in page.text
        page = browser.send(page.form("/appeal"), typed, files={})
        reference_of(page)
        file = browser.ask(re.search(r'href="([^"]+/attachment/[^"]+)"', page.text)[1])
        assert file.body == PDF + b"2" and "lettre.pdf" not in page.text

    @step("an appeal takes its papers and files: refused beside the question, kept, removed, filed and listed nowhere as a draft")
    def _():
        for number in range(10020, 10026):
            browser = Browser(base)
            sign_in(browser, "fr", f"+2126000{number}")
            for reference in re.findall(r'href="/fr/request/(commune[^"]+)"', browser.ask("/fr/me/requests").text):
                if "/appeal" in browser.ask(f"/fr/request/{reference}").text:
                    return appealed(browser, f"/fr/request/{reference}/appeal")
        raise AssertionError("nobody in the demonstration may appeal")

    server.stop()

finish()
