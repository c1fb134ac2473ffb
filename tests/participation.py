#!/usr/bin/env python3
"""Taking part through the built program, without JavaScript, with several persons: speak once an article and change it,
support once, stuff the ballot from many threads, hide, contest, decide, publish, answer; a suggestion from a page's footer; a
complaint acknowledged, closed, opened again, rated; the public record; the audit.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import concurrent.futures
import csv
import datetime
import html
import io
import json
import re
import shutil
import subprocess
import sys
import urllib.parse

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
import _person  # noqa: E402
import desk_flow  # noqa: E402
from _lib import Folder, Server, finish, step, wasl  # noqa: E402
from desk_flow import COMMUNE, desk  # noqa: E402

LANGUAGES = ("ar", "fr", "en", "zgh")
CLOSED = {"ar": "أغلقت هذه الاستشارة", "fr": "Cette consultation est close", "en": "This consultation is closed", "zgh": "ⵉⵇⵇⵏ ⵓⵎⵙⴰⵡⴰⴹ"}
HIDDEN_CHARACTER = {"ar": "حروف خفية", "fr": "caractères invisibles", "en": "invisible characters", "zgh": "ⵉⵏⵜⵍⵏ"}
VOICE_USED = {"ar": "صوت واحد", "fr": "Chacun a une voix", "en": "Everyone has one voice", "zgh": "ⵢⴰⵜ ⵜⵉⵖⵔⵉ"}


def phone(n):
    return f"+2126000{10000 + n}"


def main(server, data):
    base = server.url
    agents = {a["login"]: a for a in json.loads((data / "demonstration.json").read_text())["agents"] if a["member"] == COMMUNE}
    people, staff = {}, {}

    def person(n):
        if n not in people:
            browser = _person.Browser(base)
            _person.sign_in(browser, "fr", phone(n))
            people[n] = browser
        return people[n]

    def agent(login):
        if login not in staff:
            browser = desk_flow.Browser(base)
            reply = browser.sign_in(agents[login])
            assert reply.status == 200 and "/desk/sign-in" not in reply.url, (reply.status, reply.url)
            staff[login] = browser
        return staff[login]

    stranger = _person.Browser(base)

    def consultations(group):
        page = stranger.ask("/fr/consultations").text
        section = re.search(rf'<section aria-labelledby="{group}">.*?</section>', page, re.S)[0]
        return re.findall(r'href="/fr(/consultations/[^"]+)"', section)

    open_one, closed_one = consultations("open")[0], consultations("answered")[0]

    def record(path=open_one):
        return json.loads(stranger.ask(f"/fr{path}/record.json").body)

    def article(number, path=open_one):
        return next(a for a in record(path)["articles"] if a["number"] == number)

    def say(browser, number, text, language="fr", path=open_one, seen=None):
        page = browser.ask(f"/{language}{path}/article/{number}")
        fields = {"text": text} | ({} if seen is None else {"seen": seen})
        return browser.send(page.form(f"/article/{number}"), fields)

    @step("the calendar in four languages: open, planned, closed and answered, each state said when it is empty")
    def _():
        for language in LANGUAGES:
            page = stranger.ask(f"/{language}/consultations")
            assert page.status == 200 and page.text.count("<h2") == 4, language
            assert f'href="/{language}/consultations"' in stranger.ask(f"/{language}").text, "the footer"
            empty = stranger.ask(f"/{language}/consultations?member=ministere-modele")
            assert empty.status == 200 and "wasl-card\"" not in empty.text, language
        assert len(consultations("open")) == 1 and len(consultations("answered")) == 1 and len(consultations("planned")) == 1
        assert not consultations("closed")

    @step("an answered consultation says what was done with each article and with the whole")
    def _():
        page = stranger.ask(f"/fr{closed_one}").words()
        assert page.count("Ce que nous avons fait") == 2 and "Ce que nous en avons fait" in page and "Les chiens-guides sont admis" in page, page[:400]
        assert "الحدائق" in stranger.ask(f"/ar{closed_one}").words()

    @step("who is not verified reads, and is told how to have a voice; nobody's post is taken from outside")
    def _():
        assert "Connectez-vous" in stranger.ask(f"/fr{open_one}/article/1").words()
        newcomer = _person.Browser(base)
        _person.sign_in(newcomer, "fr", "nouvelle@example.org")
        page = newcomer.ask(f"/fr{open_one}/article/1")
        assert "à un guichet" in page.words() and 'name="text"' not in page.text
        token = newcomer.ask("/fr/suggestion").form("/suggestion")["fields"]["csrf"]
        refused = newcomer.ask(f"/fr{open_one}/article/1", urllib.parse.urlencode({"csrf": token, "seen": 0, "text": "Bonjour."}).encode())
        assert refused.status == 403 and "guichet" in refused.words(), refused.status

    @step("a verified person speaks once on an article, changes it, and the public sees neither name nor account")
    def _():
        before = article(1)["counts"]["comments"]
        done = say(person(20), 1, "Et les jours de pluie ?")
        assert "done=said" in done.url and "Votre avis est publié" in done.words(), (done.status, done.url)
        for language in LANGUAGES:
            twice = say(person(20), 1, "Un second avis.", language, seen=0)
            assert twice.status == 409 and VOICE_USED[language] in twice.words(), (language, twice.status)
        changed = say(person(20), 1, "Et les jours de pluie, où va-t-on ?")
        assert "done=said" in changed.url, changed.status
        late = say(person(20), 1, "Depuis une vieille fenêtre.", seen=1)
        assert late.status == 409 and "autre fenêtre" in late.words()
        counts = article(1)["counts"]
        assert counts["comments"] == before + 1, counts
        assert "Et les jours de pluie, où va-t-on ?" in [c.get("text") for c in article(1)["comments"]]
        everything = stranger.ask(f"/fr{open_one}/article/1").text + stranger.ask(f"/fr{open_one}/record.csv").text + json.dumps(record())
        for word in (phone(20), "voice", "author", "salt", "ZZ"):
            assert word not in everything, word

    @step("ballot stuffing: thirty-two first words of one person at once are one comment; each other answer says why")
    def _():
        before = article(3)["counts"]["comments"]
        form = person(21).ask(f"/fr{open_one}/article/3").form("/article/3")

        def stuff(i):
            return person(21).send(form, text=f"Avis {i}").status
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(stuff, range(32)))
        assert answers.count(200) == 1 and answers.count(409) == 31, answers
        assert article(3)["counts"]["comments"] == before + 1
        replay = person(21).send(form, text=next(c["text"] for c in article(3)["comments"] if c.get("text", "").startswith("Avis ")))
        assert replay.status == 200 and article(3)["counts"]["comments"] == before + 1

    @step("a support counts once, from many threads too; one's own comment is not supported")
    def _():
        mine = next(c["id"] for c in article(1)["comments"] if c.get("text", "").startswith("Et les jours"))
        page = person(22).ask(f"/fr{open_one}/article/1")
        form = page.form(f"/support/{mine}")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: person(22).send(form).status, range(16)))
        assert answers.count(200) == 1 and answers.count(409) == 15, answers
        assert next(c["supports"] for c in article(1)["comments"] if c["id"] == mine) == 1
        assert "Vous le soutenez" in person(22).ask(f"/fr{open_one}/article/1").words()
        own = person(20).ask(f"/fr{open_one}/article/1")
        assert f"/support/{mine}" not in own.text
        refused = person(20).send({"action": form["action"], "fields": {"csrf": own.form("/article/1")["fields"]["csrf"]}})
        assert refused.status == 409 and "on ne soutient pas le sien" in refused.words(), refused.status

    @step("bad words and places: too long, empty, control characters, unknown article, unknown consultation, closed; in four languages")
    def _():
        for language in LANGUAGES:
            for text, status in (("x" * 2001, 422), ("   ", 422), ("a\x07b", 400), ("a\u202eb", 400)):
                reply = say(person(23), 2, text, language)
                assert reply.status == status and "govuk-error-summary" in reply.text, (language, status, reply.status)
                if status == 400:
                    assert HIDDEN_CHARACTER[language] in reply.words(), reply.words()[:300]
            token = person(23).ask(f"/{language}{open_one}/article/2").form("/article/2")["fields"]["csrf"]

            def post(path):
                return person(23).ask(path, urllib.parse.urlencode({"csrf": token, "seen": 0, "text": "Bonjour."}).encode())
            shut = post(f"/{language}{closed_one}/article/1")
            assert shut.status == 409 and CLOSED[language] in shut.words(), (language, shut.status)
            assert post(f"/{language}{open_one}/article/77").status == 404
            assert post(f"/{language}{open_one}/article/x").status == 404
            assert post(f"/{language}/consultations/{COMMUNE}/nothing/article/1").status == 404
            assert post(f"/{language}/consultations/nobody/nothing/article/1").status == 404
            assert post(f"/{language}{open_one}/support/nothing").status == 404
        assert not [c for c in article(2)["comments"] if c.get("text") == "Bonjour."]

    one = open_one.rsplit("/", 1)[1]

    @step("moderation: a reason of the list and words; the author is told, contests once; another agent decides; counted in public")
    def _():
        comment = next(c["id"] for c in article(1)["comments"] if c.get("text", "").startswith("Et les jours"))
        moderator = agent("agent")
        page = moderator.ask(desk(f"/participation/{one}"))
        assert page.status == 200
        assert "Amrani" not in page.text and phone(20) not in page.text and "ZZ" not in re.sub(r"<[^>]+>", " ", page.text)
        form = moderator_form = page.form(do=f"hide-{comment}")
        silent = moderator.send(form, reason="off-topic", words=" ")
        assert silent.status == 422 and "Écrivez quelque chose" in silent.text, silent.status
        odd = moderator.send(form, reason="dislike", words="Non.")
        assert odd.status == 422 and "Choisissez un motif" in odd.text
        done = moderator.send(form, reason="off-topic", words="La pluie n’est pas dans le texte.")
        assert "done=hidden" in done.url, (done.status, done.url)
        assert "حجب رأي كتبتموه" in stranger.ask("/fr/outbox").words(), "the author is told, in their language"
        public = stranger.ask(f"/fr{open_one}/article/1")
        assert "Avis masqué : Hors sujet" in public.words() and "jours de pluie" not in public.text and "n’est pas dans le texte" not in public.words()
        assert record()["hidden_by_reason"]["off-topic"] == 1
        mine = person(20).ask("/fr/me/participation")
        assert "La pluie n’est pas dans le texte." in mine.words() and "jours de pluie" in mine.words()
        assert person(22).ask(f"/fr{open_one}/contest/{comment}").status == 404, "another's comment"
        form = person(20).ask(f"/fr{open_one}/contest/{comment}").form("/contest/")
        assert "done=contested" in person(20).send(form, text="L’article 1 parle du lieu.").url
        again = person(20).send(form, text="Je répète.")
        assert again.status == 409 and "On conteste une fois" in again.words(), again.status
        page = moderator.ask(desk(f"/participation/{one}"))
        assert "un autre agent décide" in page.text and f'"decide-{comment}"' not in page.text, "who hid it does not judge it"
        own = moderator.send(moderator_form, do=f"decide-{comment}", decision="restore", words="Soit.")
        assert own.status == 403 and "Un autre agent" in own.text, own.status
        other = agent("agent2")
        decide = other.ask(desk(f"/participation/{one}")).form(do=f"decide-{comment}")
        assert other.send(decide, decision="", words="Soit.").status == 422
        assert "done=decided" in other.send(decide, decision="restore", words="Le lieu est bien le sujet.").url
        assert "off-topic" not in record()["hidden_by_reason"]
        assert next(c["state"] for c in article(1)["comments"] if c["id"] == comment) == "restored"
        assert "Avis rétabli" in person(20).ask("/fr/me/participation").words()

    @step("a member publishes: languages with other articles, no title and past days are refused with what was typed kept")
    def _():
        author = agent("admin")
        form = author.ask(desk("/participation")).form(do="publish")
        today = datetime.date.today()
        good = {"opens": str(today), "closes": str(today + datetime.timedelta(30)), "title_ar": "نص", "title_fr": "Un texte", "why_fr": "Pour voir.",
                "text_ar": "المادة ١\nأول.\nالمادة ٢\nثان.", "text_fr": "Article 1\nPremier.\nArticle 2\nSecond."}
        for wrong, words in (({"text_fr": "Article 1\nPremier."}, "mêmes dans toutes les langues"), ({"title_ar": "", "title_fr": ""}, "Il faut un titre"),
                             ({"closes": str(today - datetime.timedelta(3))}, "dernier jour"),
                             ({"closes": "9999-12-31"}, "un an au plus"), ({"opens": "2020-01-01"}, "aujourd’hui ou plus tard"), ({"text_ar": "", "text_fr": "Sans numéro."}, "Chaque article commence")):
            refused = author.send(form, **(good | wrong))
            assert refused.status == 422 and words in html.unescape(refused.text), (wrong, refused.status)
            assert "Pour voir." in refused.text
        done = author.send(form, **good)
        assert "done=published" in done.url, (done.status, done.url)
        assert len(consultations("open")) == 2
        caseworker = agent("agent").ask(desk("/participation"))
        assert caseworker.status == 200 and 'value="publish"' not in caseworker.text

    @step("a suggestion from a page's footer: the page is known, no account is needed, a second click is the same; handled and answered")
    def _():
        sheet = f"/fr/p/{COMMUNE}/birth-extract"
        link = html.unescape(re.search(r'href="(/fr/suggestion\?page=[^"]+)"', stranger.ask(sheet).text)[1])
        page = stranger.ask(link)
        assert f"/p/{COMMUNE}/birth-extract" in page.words()
        form = page.form("/suggestion")
        assert form["fields"]["about"] == f"/p/{COMMUNE}/birth-extract"
        empty = stranger.send(form, text="", member=COMMUNE)
        assert empty.status == 422 and "Écrivez quelque chose" in empty.words()
        assert stranger.send(form, text="x" * 1001, member=COMMUNE).status == 422
        first = stranger.send(form, text="Dites combien de copies.", member=COMMUNE)
        assert first.status == 200 and "Votre suggestion est arrivée" in first.words()
        assert stranger.send(form, text="Dites combien de copies.", member=COMMUNE).url == first.url
        back = stranger.send(form, text="Et dites le prix.", member=COMMUNE)
        assert back.url != first.url and "Et dites le prix." in back.words(), (back.url, back.words()[:300])
        private = html.unescape(re.search(r'href="(/fr/suggestion\?page=[^"]+)"', person(20).ask("/fr/me/requests").text)[1])
        assert person(20).ask(private).form("/suggestion")["fields"]["about"] == "/me"
        for where in ("https://evil.example/", "//evil.example", "/fr/\\evil"):
            other = stranger.ask("/fr/suggestion?" + urllib.parse.urlencode({"page": where}))
            assert other.form("/suggestion")["fields"]["about"] == "/", where
        counter = agent("agent")
        handle = counter.ask(desk("/suggestions")).form(do="handle-" + first.url.split("/")[-1].split("?")[0])
        assert "done=handled" in counter.send(handle, answer="Merci : c’est écrit maintenant.").url
        assert "c’est écrit maintenant" in stranger.ask(first.url.split("?")[0]).words()
        again = counter.send(handle, answer="Autre chose.")
        assert again.status == 409, again.status
        assert stranger.ask(f"/fr/suggestion/{COMMUNE}/nothing").status == 404

    @step("a complaint is acknowledged by an agent, opened again by its person within the time, answered anew and rated once")
    def _():
        mine = person(10)
        page = mine.ask("/fr/me/requests")
        links = [link for link in dict.fromkeys(re.findall(r'href="(/fr/request/[^"?#]+)"', page.text)) if "Réclamation" in mine.ask(link).words()]
        assert links, page.words()[:300]
        path = links[0]
        page = mine.ask(path)
        assert "Les délais de votre réclamation" in page.words() and "Très satisfait" in page.words(), page.words()[:600]
        form = mine.ask(path + "/reopen").form("/reopen")
        assert mine.send(form, text=" ").status == 422
        done = mine.send(form, text="Les ordures sont toujours là.")
        assert "done=reopened" in done.url and "rouverte" in done.words(), (done.status, done.url)
        assert mine.send(form, text="Encore.").status == 409
        number = path.rsplit("/", 1)[1]
        boss, caseworker = agent("signataire"), agent("agent")

        def file_of(browser):
            queue = browser.ask(desk("/queue?" + urllib.parse.urlencode({"rows": 100})))
            found = [link for link in dict.fromkeys(queue.links(f"/desk/{COMMUNE}/dossier/")) if f"/{number}" in browser.ask(link).text]
            return found[0]
        link = file_of(caseworker)
        page = caseworker.ask(link)
        assert "Proposer de clore la réclamation : fondée" in page.text and "Proposer l’accord" not in page.text and "Proposer le refus" not in page.text
        assert "done=refuse" in caseworker.send(page.form(do="refuse"), reasons="Ramassé ce matin.").url
        assert boss.send(boss.ask(link).form(do="sign")).status == 200
        assert caseworker.send(caseworker.ask(link).form(do="notify"), proof="lu").status == 200
        page = mine.ask(path).words()
        assert "Votre réclamation est close" in page and "Non fondé" in page and "Ramassé ce matin." in page, page[:900]
        assert "recours est rejeté" not in page and "Refusé" not in page, page[:900]
        letter = mine.ask(path + "/decision.pdf")
        assert letter.status == 200 and letter.body.startswith(b"%PDF"), letter.status
        if shutil.which("pdftotext"):
            text = subprocess.run(["pdftotext", "-", "-"], input=letter.body, capture_output=True, check=True).stdout.decode()
            assert "recours rejeté" not in text and ("مبنية على أساس" in text or "non fondée" in text), text[:1500]
        form = mine.ask(path + "/satisfaction").form("/satisfaction")
        unsaid = mine.send(form)
        assert unsaid.status == 422 and "note de 1 à 5" in unsaid.words()
        assert "done=rated" in mine.send(form, score="4", text="Mieux.").url
        assert mine.send(form, score="5").status == 409
        told = caseworker.ask(link).text
        assert "Satisfaction de la personne" in told and "Mieux." in told and "Satisfait" in told, "the office does not read it"
        waiting = [link for link in dict.fromkeys(caseworker.ask(desk("/queue?rows=100&phase=examination")).links(f"/desk/{COMMUNE}/dossier/"))
                   if 'id="do-acknowledge"' in caseworker.ask(link).text]
        assert waiting, "no complaint waits for its acknowledgement"
        done = caseworker.send(caseworker.ask(waiting[0]).form(do="acknowledge"))
        assert "done=acknowledge" in done.url, (done.status, done.url)
        assert 'id="do-acknowledge"' not in caseworker.ask(waiting[0]).text

    @step("the figures count consultations answered, comments and suggestions; complaints acknowledged and closed in time come from the events")
    def _():
        page = stranger.ask(f"/fr/figures?member={COMMUNE}").words()
        assert re.search(r"Consultations : 4 publiées, 1 closes, 1 répondues", page), page[page.find("Participation"):][:500]
        figures = json.loads(stranger.ask(f"/fr/figures.json?member={COMMUNE}").body)["figures"]
        few = {f["part"]: f for f in figures if f["figure"] == "taking-part" and f["of"] == "suggestions"}
        assert {part: (f["value"], f.get("why")) for part, f in few.items()} == {"received": (None, "withheld"), "handled": (None, "withheld")}, few
        due = next(f["value"] for f in figures if f["figure"] == "complaints" and f["of"] == "acknowledged" and f["part"] == "due")
        assert due is None or due >= 10, due

    @step("the record to take away: the command and the page say the same; the table is harmless; the journal is audited clean")
    def _():
        exported = json.loads(wasl("participation", "export", COMMUNE, "--data", data))
        mine = next(c for c in exported["consultations"] if c["id"] == one)
        assert mine == record()
        rows = list(csv.DictReader(io.StringIO(stranger.ask(f"/fr{open_one}/record.csv").body.decode("utf-8-sig"))))
        assert len(rows) == sum(a["counts"]["comments"] for a in mine["articles"])
        assert all(not row["text"].startswith(("=", "+", "-", "@")) for row in rows)
        table = wasl("participation", "export", COMMUNE, "--csv", "--consultation", one, "--data", data)
        assert len(list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))) == len(rows)
        wasl("participation", "export", "nobody", "--data", data, expect=2)
        wasl("participation", "export", COMMUNE, "--consultation", "nothing", "--data", data, expect=2)
        assert "clean" in wasl("audit", "--member", COMMUNE, "--data", data)


if __name__ == "__main__":
    with Folder() as folder:
        with Server(folder / "data", "--demo") as running:
            main(running, folder / "data")
    finish()
