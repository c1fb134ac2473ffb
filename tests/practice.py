#!/usr/bin/env python3
"""The practice country through the built program: every exercise passed by real work and failed by a real mistake, the class, the
certificate that `wasl verify` accepts, and what is refused: other people's tries, forged checks, a real node's folder.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import datetime
import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.parse

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import ROOT, WASL, Folder, Server, finish, skip, step, wasl  # noqa: E402
from _person import PDF, Browser  # noqa: E402

COMMUNE = "commune-ain-wasl"
LANGUAGES = ("ar", "fr", "en", "zgh")


class Learner(Browser):
    """A browser of someone who learns; Forms of the desk beside those of people."""
    def __init__(self, base, role, code="", language="fr", name="Amina Alaoui"):
        super().__init__(base)
        self.language = language
        page = self.ask(f"/{language}/practice")
        self.page = self.send(page.form("/practice/learner"), name=name, role=role, **{"class": code})
        assert self.page.status == 200 and name in html.unescape(self.page.text), self.page.words()[:300]

    def lab(self):
        return self.ask(f"/{self.language}/practice")

    def start(self, exercise):
        page = self.send(self.lab().form(f"/practice/start/{exercise}"))
        assert page.status == 200 and "/practice/try/" in page.url, (page.status, page.url, page.words()[:300])
        self.attempt = page.url
        return page

    def enter(self):
        return self.send(self.ask(self.attempt).form("/enter"))

    def check(self, **answer):
        return self.send(self.ask(self.attempt).form("/check"), **answer)

    def links(self, page, part):
        return list(dict.fromkeys(html.unescape(link) for link in re.findall(r'href="([^"]*)"', page.text) if part in link))

    def act(self, page, do, /, **fields):
        """One of the desk's forms, with its boxes as given; `do` among them asks for another act than the form's."""
        for form in desk_flow.Forms(page.text).forms:
            if form["method"] == "post" and ("do", do) in form["fields"]:
                pairs = [(n, v) for n, v in form["fields"] if n not in fields]
                for name, value in fields.items():
                    pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
                return self.ask(form["action"], urllib.parse.urlencode(pairs).encode())
        raise AssertionError(f"no form {do} on {page.url}: {page.words()[:200]}")


def passed(page):
    assert page.status == 200 and "Réussi" in page.words() and "Réussi :" in page.words(), page.words()[:500]


def failed(page, words):
    assert page.status == 200 and "À refaire" in page.words() and words in page.words(), page.words()[:700]


MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]


def days_off():
    """Every holiday of the pack's file, read by itself."""
    pack = tomllib.loads((ROOT / "jurisdictions/ma/holidays.toml").read_text())
    fixed = [(h["month"], h["day"], h["from"], h.get("to", 9999)) for h in pack["fixed"]]
    moving = {d["date"] + datetime.timedelta(days=i) for h in pack["hijri"] for d in h["dates"] for i in range(h.get("days", 1))}
    moving |= {h["date"] for h in pack.get("extra", [])}
    return lambda day: day in moving or any((day.month, day.day) == (m, d) and a <= day.year <= b for m, d, a, b in fixed)


def count(words):
    """The last day of the question on the page, counted by hand."""
    asked = re.search(r"complet le (\d+)(?:er)? (\S+) (\d{4})\. Le délai de réponse est de (\d+) jours?( ouvrables?)?", words)
    assert asked, words[:500]
    off, day = days_off(), datetime.date(int(asked[3]), MONTHS.index(asked[2]) + 1, int(asked[1]))
    closed = lambda d: d.weekday() >= 5 or off(d)  # noqa: E731
    left = int(asked[4])
    while left:
        day += datetime.timedelta(days=1)
        left -= 0 if asked[5] and closed(day) else 1
    while closed(day):
        day += datetime.timedelta(days=1)
    return day.isoformat()


def faulty_paper(learner, page):
    """The paper that bears another name than the applicant's: every paper is opened and read."""
    here = page.words()
    for link in learner.links(page, "/paper/"):
        pdf = learner.ask(link)
        assert pdf.body.startswith(b"%PDF"), pdf.status
        words = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf.body, capture_output=True).stdout.decode()
        bearer = re.search(r"Nom porté sur la pièce\s+(\S.*\S)", words)
        assert bearer and "(2)" not in words, words[:600]
        if bearer[1] not in here:
            return "cnie" if "identité" in words else "family-booklet"
    raise AssertionError("no paper of somebody else")


def file_extract(learner, for_child, delivery):
    """From the sheet to the receipt, with every paper."""
    page = learner.ask(learner.links(learner.enter(), "/apply/")[0])
    for _ in range(14):
        if "/request/" in page.url:
            return page
        form = next((f for f in (page.form(part) for part in ("/draft/", "/apply/") if part in page.text)), None)
        assert form, page.words()[:300]
        fields, files = {}, None
        for name in re.findall(r'name="([^"]+)"', page.text):
            value = {"for_child": for_child, "delivery": delivery, "child_link": "mother", "child_name.given_ar": "سارة", "child_name.family_ar": "العلوي",
                     "child_name.given_latin": "Sara", "child_name.family_latin": "Alaoui", "holder_name.given_ar": "أمينة",
                     "holder_name.family_ar": "العلوي", "holder_name.given_latin": "Amina", "holder_name.family_latin": "Alaoui",
                     "child_birth-day": "12", "child_birth-month": "5", "child_birth-year": "2016", "holder_birth-day": "12",
                     "holder_birth-month": "5", "holder_birth-year": "1990", "birth_commune": "Aïn El Wasl", "given_ar": "أمينة",
                     "family_ar": "العلوي", "given_latin": "Amina", "family_latin": "Alaoui"}.get(html.unescape(name))
            if value is not None:
                fields[name] = value
            if name.startswith("file-"):
                files = (files or {}) | {name: ("papier.pdf", PDF)}
        before = page.url
        if "/check" in page.url:
            page = learner.send(page.form("/file"))
        elif files:
            page = learner.send(page.form("/papers"), files=files)
        else:
            page = learner.send(form, fields)
        assert page.url != before or page.status == 200, (page.status, page.words()[:300])
    raise AssertionError(f"no receipt: {page.url} {page.words()[:300]}")


with Folder() as folder, Server(folder / "data", "--practice") as server:
    base, state = server.url, {}

    @step("the lab, a class and the outbox answer in four languages under the banner of practice")
    def _():
        banner = {"ar": "بلد للتمرين", "fr": "Pays d’exercice", "en": "Practice country", "zgh": "ⵜⴰⵎⵓⵔⵜ ⵏ ⵓⵙⵎⵓⵔⵙ"}
        for language in LANGUAGES:
            for path in ("/practice", "/practice/class", "/outbox", ""):
                page = Browser(base).ask(f"/{language}{path}")
                assert page.status == 200 and banner[language] in page.words(), (language, path, page.status)

    @step("who learns: a name, a role, a class that exists; anything else is said beside its question")
    def _():
        browser = Browser(base)
        form = browser.ask("/fr/practice").form("/practice/learner")
        for fields, words in (({"name": " ", "role": "agent"}, "Écrivez votre nom"), ({"name": "A" * 81, "role": "agent"}, "80 caractères"),
                              ({"name": "A", "role": "king"}, "Choisissez un rôle"), ({"name": "A", "role": "agent", "class": "NOCLASS1"}, "Aucune classe")):
            page = browser.send(form, {"class": ""} | fields)
            assert page.status == 422 and words in page.words() and "govuk-error-summary" in page.text, (fields, page.status, page.words()[:200])
        # What a signed certificate must not carry: a turned direction, a bell, a second line, nothing at all.
        for name, status in (("Ami\u202ena", 400), ("Ami\ana", 400), ("Amina\nFassi", 400), ("\u200b", 422)):
            page = browser.send(form, {"class": "", "name": name, "role": "agent"})
            assert page.status == status and "govuk-error-summary" in page.text, (name, page.status, page.words()[:200])

    @step("a trainer makes a class; its key alone opens the results")
    def _():
        trainer = Browser(base)
        page = trainer.send({"action": "/fr/practice/class", "fields": {"new": "1"}})
        state["code"] = re.search(r"Code de la classe, pour les apprenants : (\w+)", page.words())[1]
        state["key"] = re.search(r"<code[^>]*>([a-z0-9]{26})</code>", page.text)[1]
        state["trainer"] = trainer
        stranger = Browser(base)
        assert "Personne ne s’est encore inscrit" not in stranger.ask("/fr/practice/class").words()
        guessed = stranger.send({"action": "/fr/practice/class", "fields": {"key": state["code"]}})
        assert guessed.status == 403 and "n’ouvre aucune classe" in guessed.words()
        assert state["key"] not in trainer.ask("/fr/practice/class").text, "the key is shown once"

    @step("filed: a request other than the one asked for fails with its field; the right one passes")
    def _():
        learner = state["person"] = Learner(base, "person", state["code"])
        page = learner.start("file-extract")
        early = learner.check()
        assert early.status == 409 and "Rien de décisif" in early.words(), (early.status, early.words()[:200])
        child = "yes" if "enfant mineur" in page.words() else "no"
        delivery = "online" if "remis en ligne" in page.words() else "counter"
        file_extract(learner, "no" if child == "yes" else "yes", delivery)
        failed(learner.check(), "for_child")
        page = learner.start("file-extract")
        child = "yes" if "enfant mineur" in page.words() else "no"
        delivery = "online" if "remis en ligne" in page.words() else "counter"
        file_extract(learner, child, delivery)
        passed(learner.check())

    @step("completed: the missing paper of the receipt is handed in; before that nothing is decided")
    def _():
        learner = state["person"]
        learner.start("answer-completion")
        assert learner.check().status == 409
        request = learner.enter()
        assert "/request/" in request.url and request.status == 200, (request.url, request.status)
        page = learner.ask(learner.links(request, "/complete")[0])
        names = re.findall(r'name="(file-[^"]+)"', page.text)
        done = learner.send(page.form("/complete"), files={name: ("piece.pdf", PDF) for name in names[:1]})
        assert done.status == 200, (done.status, done.words()[:300])
        passed(learner.check())

    @step("the last day: a wrong one fails with the days off explained, another question is asked, the right one passes")
    def _():
        learner = state["person"]
        page = learner.start("last-day")
        assert learner.check(answer="soon").status == 422
        wrong = learner.check(answer="1999-01-01")
        failed(wrong, "Voyez l’explication")
        answer = re.search(r"Le dernier jour est le (\d+)(?:er)? (\S+) (\d{4})", wrong.words())
        assert answer, wrong.words()[:600]
        again = learner.ask(page.url)
        assert not [f for f in desk_flow.Forms(again.text).forms if f["action"].endswith("/check")], "a finished try has no check"
        learner.start("last-day")
        passed(learner.check(answer=count(learner.ask(learner.attempt).words())))

    @step("completion asked: an agent finds the paper of somebody else; the one in order fails with the article")
    def _():
        learner = state["agent"] = Learner(base, "agent", state["code"], name="Hassan Modèle")
        for right in (False, True):
            learner.start("ask-completion")
            page = learner.enter()
            assert "/desk/" in page.url and page.status == 200, (page.url, page.status)
            faulty = faulty_paper(learner, page)
            other = "family-booklet" if faulty == "cnie" else "cnie"
            done = learner.act(page, "completion", missing=[faulty if right else other], reasons="Le nom porté n’est pas celui du demandeur.")
            assert "done=completion" in done.url, (done.status, done.url, done.words()[:300])
            result = learner.check()
            passed(result) if right else failed(result, "loi 55-19, art. 4")

    @step("refused: reasons that are thin or of another file fail; those of this very file pass")
    def _():
        learner = state["agent"]
        for reasons, words in (("Non.", "trop courte"), ("Cette demande ne peut pas être acceptée par la commune.", "ne cite pas l’acte"), (None, None)):
            learner.start("refuse")
            page = learner.enter()
            number = re.search(r"Numéro de l.acte[^0-9]*(\d{4})\b", page.words())
            assert number, page.words()[:800]
            told = reasons or f"Le registre de 2016 a été consulté : aucun acte ne porte le numéro {number[1]}."
            done = learner.act(page, "refuse", reasons=told)
            assert "done=refuse" in done.url, (done.status, done.url, done.words()[:300])
            result = learner.check()
            passed(result) if words is None else failed(result, words)

    @step("a batch of five: the one that must not be signed is found and sent back; signing all fails with the articles")
    def _():
        learner = state["signatory"] = Learner(base, "signatory", state["code"], name="Salma Modèle")
        for right in (False, True):
            page = learner.start("sign-batch")
            files = learner.links(page, "/dossier/")
            assert len(files) == 5, files
            learner.enter()
            for link in files:
                page = learner.ask(link)
                trap = "certificat de résidence" in page.words() or "Aucun acte ne porte ce numéro" in page.words()
                if trap and right:
                    done = learner.act(page, "return", reasons="Ce motif ne permet pas cette décision.")
                    assert "done=return" in done.url, (done.status, done.url)
                else:
                    done = learner.act(page, "sign")
                    assert "done=sign" in done.url, (done.status, done.url, done.words()[:300])
            result = learner.check()
            passed(result) if right else failed(result, "loi 55-19, art. 5 et 6")

    @step("silence: of two late files the one that the law approved is told to its person, the other is decided; thin words, or words alone, fail")
    def _():
        learner = state["agent"]
        told = "La loi a approuvé votre demande, le délai étant passé : vous pouvez demander l’attestation de silence."
        for words, decides, mistake in (("Accordé.", True, "trop court"), (told, False, "sans rien décider"), (told, True, None)):
            files = learner.links(learner.start("silence-passed"), "/dossier/")
            assert len(files) == 2, files
            learner.enter()
            for link in files:
                page = learner.ask(link)
                assert "Exercice : ce dossier est celui de Hassan Modèle" in page.words(), page.words()[:1500]
                if "permis d’habiter" in page.words().lower() or "approuvé" in page.words().lower():
                    late = learner.act(page, "message", do="refuse", outcome="refused", reasons="Le délai est passé.")
                    assert late.status == 409 and "approuvée par la loi" in late.words(), (late.status, re.findall(r"error-summary.*?</ul>", late.text, re.S))
                    done = learner.act(page, "message", text=words)
                    assert "done=message" in done.url, (done.status, done.url)
                elif decides:
                    done = learner.act(page, "grant", reasons="Les conditions sont réunies.")
                    assert "done=grant" in done.url, (done.status, done.url, done.words()[:300])
                else:
                    learner.act(page, "message", text=words)
            result = learner.check()
            passed(result) if mistake is None else failed(result, mistake)

    @step("a file of the past is handed out once: fifty tries by others take fifty other files, then there are no more, said in four languages")
    def _():
        seen = set()
        for n in range(60):
            learner = Learner(base, "agent", name=f"Élève {n}")
            page = learner.send(learner.lab().form("/practice/start/silence-passed"))
            if page.status != 200:
                break
            files = learner.links(page, "/dossier/")
            assert len(files) == 2 and not seen & set(files), files
            seen |= set(files)
        assert page.status == 409 and len(seen) == 2 * (50 - 3), (page.status, len(seen))
        for language, words in zip(LANGUAGES, ("ملفات قديمة", "dossiers anciens", "files of the past", "ⵉⵇⴱⵓⵔⵏ")):
            page = learner.send({"action": f"/{language}/practice/start/silence-passed", "fields": {}})
            assert page.status == 409 and "practice.no-past" in page.words() and words in page.words(), (language, page.words()[:300])

    @step("a delegation that ended yesterday: its signature is refused, the decision is handed to who may sign; sending it back fails")
    def _():
        learner = state["signatory"]
        for right in (False, True):
            files = learner.links(learner.start("delegation-ended"), "/dossier/")
            assert len(files) == 2, files
            learner.enter()
            refused = 0
            for link in files:
                page = learner.ask(link)
                done = learner.act(page, "sign")
                if "done=sign" in done.url:
                    continue
                refused += 1
                assert done.status == 403 and "Vous ne pouvez pas signer cet acte aujourd’hui" in done.words(), (done.status, done.words()[:1500])
                president = re.search(r'<option value="([^"]+)"[^>]*>[^<]*Le président', page.text)
                assert president, page.words()[:600]
                done = learner.act(page, "assign", to=president[1]) if right else learner.act(page, "return", reasons="Je ne peux pas signer.")
                assert ("done=assign" if right else "done=return") in done.url, (done.status, done.url, done.words()[:300])
            assert refused == 1
            result = learner.check()
            passed(result) if right else failed(result, "le confier à qui peut signer")

    @step("the forged one of three is what /verify finds; another choice fails; a number that is none is no answer")
    def _():
        learner = state["verifier"] = Learner(base, "verifier", state["code"], name="Omar Modèle")
        forms = set()
        for right in (False, True):
            page = learner.start("find-forged")
            texts = [html.unescape(t) for t in re.findall(r"<code[^>]*>([^<]+)</code>", page.text)]
            files = re.findall(r'href="([^"]*/paper/\d\.pdf)"', page.text)
            assert sorted((len(texts), len(files))) == [0, 3], page.words()[:300]  # the one variant, then the other
            forms.add("pdf" if files else "text")
            form = learner.ask("/fr/verify").form("/verify")
            if files:
                pdfs = [learner.ask(link) for link in files]
                assert all(pdf.status == 200 and pdf.body.startswith(b"%PDF") for pdf in pdfs), [pdf.status for pdf in pdfs]
                verdicts = [learner.send(form, {}, {"file": ("document.pdf", pdf.body)}).words() for pdf in pdfs]
                assert learner.ask(files[0].replace("/1.pdf", "/4.pdf")).status == 404
                assert state["person"].ask(files[0]).status == 404, "another learner's"
            else:
                verdicts = [learner.send(form, text=text).words() for text in texts]
            bad = [i for i, words in enumerate(verdicts, 1) if "Non valable" in words]
            assert len(bad) == 1, bad
            assert learner.check(answer="7").status == 422
            choice = bad[0] if right else bad[0] % 3 + 1
            result = learner.check(answer=str(choice))
            passed(result) if right else failed(result, "dont le cachet est valable")
        assert forms == {"pdf", "text"}, forms

    @step("the try of another learner, an unknown one, a second check, a second start, an unknown exercise, another role's: each its own answer")
    def _():
        learner, other = state["verifier"], state["agent"]
        finished = learner.attempt
        assert other.ask(finished).status == 404 and "practice.unknown-attempt" in other.ask(finished).words()
        path = urllib.parse.urlsplit(finished).path
        forged = {"action": path + "/check", "fields": {"answer": "1"}}
        assert Browser(base).send(forged).status == 401
        assert other.send(forged).status in (403, 404)
        learner.start("last-day")
        says = {"ar": ("انتهت هذه المحاولة", "لدور آخر", "محاولة جارية", "لم تنجحوا فيها"),
                "fr": ("Cet essai est terminé", "un autre rôle", "est en cours", "restent à réussir"),
                "en": ("This try is finished", "another role", "under way", "still to be passed"),
                "zgh": ("ⵉⵎⵎⵉⵔ", "ⵜⵡⵓⵔⵉ ⵢⴰⴹⵏ", "ⵉⵙⵔⵙ", "ⵓⵔ ⵎⵎⵓⵔⵙⵏ")}
        for language in LANGUAGES:
            for (where, status, code), words in zip(((f"try/{finished.rsplit('/', 1)[1]}/check", 409, "practice.finished-already"),
                                                     ("start/sign-batch", 403, "practice.not-for-role"), ("start/last-day", 409, "practice.open-already"),
                                                     ("certificate", 409, "practice.track-open")), says[language]):
                page = learner.send({"action": f"/{language}/practice/{where}", "fields": {"answer": "1"}})
                assert page.status == status and code in page.words() and words in page.words(), (language, where, page.status, page.words()[:300])
            for where, code in (("start/rule-the-world", "practice.unknown-exercise"), ("try/x/check", "practice.unknown-attempt")):
                page = learner.send({"action": f"/{language}/practice/{where}", "fields": {}})
                assert page.status == 404 and code in page.words(), (language, where, page.status)

    @step("hints cost what the published rule says")
    def _():
        learner = state["verifier"]
        page = learner.ask(learner.attempt)
        for _ in range(2):
            page = learner.send(page.form("/hint"))
        assert not [f for f in desk_flow.Forms(page.text).forms if f["action"].endswith("/hint")]
        done = learner.check(answer=count(page.words()))
        passed(done)
        assert "6 points sur 8" in done.words(), done.words()[:300]

    @step("the certificate: a sealed PDF that names what was passed, accepted by wasl verify and by the page, once a track is done")
    def _():
        learner = state["verifier"]
        page = learner.send(learner.lab().form("/practice/certificate"))
        assert "Établie sous le numéro" in page.words(), page.words()[:400]
        pdf = learner.ask("/fr/practice/certificate.pdf")
        assert pdf.status == 200 and pdf.body.startswith(b"%PDF") and b"/ByteRange" in pdf.body
        (folder / "certificate.pdf").write_bytes(pdf.body)
        (folder / "keys.json").write_text(wasl("trust", "export", "--data", folder / "data"))
        told = json.loads(wasl("verify", folder / "certificate.pdf", "--trust", folder / "keys.json", "--json"))
        assert told["verdict"] == "valid" and "ecole-modele" in json.dumps(told), told
        (folder / "forged.pdf").write_bytes(pdf.body.replace(b"/Type", b"/Tyqe", 1))
        wasl("verify", folder / "forged.pdf", "--trust", folder / "keys.json", expect=1)
        words = subprocess.run(["pdftotext", "-layout", str(folder / "certificate.pdf"), "-"], capture_output=True, text=True).stdout
        if words:
            flat = " ".join(words.split())
            for said in ("aucune valeur juridique", "Omar Modèle", "Trouver le document falsifié", "Compter le dernier jour"):
                assert said in flat, (said, flat[:800])
        assert "Authentique" in learner.send(learner.ask("/fr/verify").form("/verify"), files={"file": ("c.pdf", pdf.body)}).words()
        again = learner.send({"action": "/fr/practice/certificate", "fields": {}})
        assert again.status == 200 and learner.ask("/fr/practice/certificate.pdf").body == pdf.body
        assert state["agent"].ask("/fr/practice/certificate.pdf").status == 409

    @step("the trainer sees the results and the mistakes of the class")
    def _():
        words = state["trainer"].ask("/fr/practice/class").words()
        for said in ("Minutes", "Amina Alaoui", "Hassan Modèle", "Salma Modèle", "Omar Modèle", "loi 55-19, art. 4", "loi 03-01"):
            assert said in words, said

    @step("the journals of the practice country stand the audit")
    def _():
        wasl("audit", "--data", folder / "data")


def stopped(*arguments, words):
    done = subprocess.run([WASL, "serve", "--port", "0", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and words in done.stderr, (done.returncode, done.stderr[-300:])


@step("results outlive the server; no other node opens that folder, and practice opens no other node's")
def _():
    with Folder() as other:
        with Server(other / "data", "--practice") as first:
            trainee = Learner(first.url, "verifier")
            trainee.start("last-day")
            passed(trainee.check(answer=count(trainee.ask(trainee.attempt).words())))
        stopped("--data", other / "data", words="open it with --practice")
        stopped("--data", other / "data", "--demo", words="open it with --practice")
        with Server(other / "data", "--practice") as second:
            trainee.base = second.url
            for cookie in trainee.jar:
                cookie.port_specified = False
            assert "8 points sur 8" in trainee.ask(second.url + "/fr/practice").words()
        (other / "real").mkdir()
        (other / "real/node.toml").write_text("# somebody's")
        stopped("--practice", "--data", other / "real", words="was not made by")
        assert (other / "real/node.toml").read_text() == "# somebody's"
        stopped("--practice", "--data", other / "x", "--address", "0.0.0.0", words="")
        stopped("--practice", "--data", other / "y", "--behind-proxy", "127.0.0.1", words="behind no proxy")


@step("without --data the country is made for one run and gone after it")
def _():
    with Folder() as other:
        with open(other / "log", "w") as log:
            running = subprocess.Popen([WASL, "serve", "--practice", "--port", "0"], stdout=log, stderr=log, env=os.environ | {"TMPDIR": str(other)})
        try:
            for _ in range(600):
                if "serves" in (other / "log").read_text():
                    break
                time.sleep(0.1)
            made = list(other.glob("wasl-practice-*"))
            assert len(made) == 1 and (made[0] / "practice/country.json").exists(), (made, (other / "log").read_text()[-300:])
        finally:
            running.terminate()
            running.wait(60)
        assert not list(other.glob("wasl-practice-*"))


@step("a mistake in the file of an exercise stops the start with its line")
def _():
    with Folder() as other:
        share = other / "share"
        shutil.copytree(ROOT / "practice", share / "practice")
        for name in ("jurisdictions", "procedures"):
            (share / name).symlink_to(ROOT / name)
        file = share / "practice/refuse.toml"
        good = file.read_text()
        for text, words in ((good.replace('check = "refused"', 'check = "liked"'), "refuse.toml:4: check"), (good.replace("[score]", "[scores]"), "refuse.toml:"),
                            (good.replace("points = 14", "points = 1400"), "points: must be a number from 0 to 100"), (good + "\n[[", "refuse.toml:")):
            file.write_text(text)
            done = subprocess.run([WASL, "serve", "--practice", "--port", "0", "--data", str(other / "data")], capture_output=True, text=True, timeout=120,
                                  env=os.environ | {"WASL_SHARE": str(share)})
            assert done.returncode == 1 and words in done.stderr, (done.returncode, done.stderr[-300:])


@step("nothing of practice is there without --practice")
def _():
    with Folder() as other, Server(other / "data", "--demo") as plain:
        for path in ("/practice", "/practice/class", "/practice/certificate.pdf", "/practice/try/x"):
            page = Browser(plain.url).ask("/fr" + path)
            assert page.status == 404, (path, page.status)
            assert "Pays d’exercice" not in page.words()
        assert Browser(plain.url).send({"action": plain.url + "/fr/practice/learner", "fields": {"name": "A", "role": "agent"}}).status == 404


finish()
