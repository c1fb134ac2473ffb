#!/usr/bin/env python3
"""A person's way through the built program, without JavaScript: search, sheet, code, form, papers, check, filing,
receipt, follow, verify, completion, withdrawal, in Arabic and in French; and what goes wrong on the way.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import json
import re
import sys
import urllib.parse

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
from _lib import Folder, Server, finish, step  # noqa: E402
from _person import ARABIC, PDF, Browser, reference_of, sign_in  # noqa: E402

def base45(data):
    """RFC 9285."""
    letters, out = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", ""
    for i in range(0, len(data) - 1, 2):
        n = data[i] * 256 + data[i + 1]
        out += letters[n % 45] + letters[n // 45 % 45] + letters[n // 2025]
    if len(data) % 2:
        out += letters[data[-1] % 45] + letters[data[-1] // 45]
    return out


def fill_birth_extract(browser, page):
    """The five pages of a birth certificate for oneself."""
    page = browser.send(page.form("/for-whom"), for_child="no")
    page = browser.send(page.form("/holder"), {f"holder_name.{k}": v for k, v in ARABIC.items()} | {"holder_birth-day": "", "holder_birth-month": "5", "holder_birth-year": "1990"})
    page = browser.send(page.form("/act"), birth_commune="عين الوصل")
    page = browser.send(page.form("/parents"))
    return browser.send(page.form("/delivery"), delivery="online")


def whole_way(base, language, address):
    browser = Browser(base)
    page = browser.ask(f"/{language}/p/commune-ain-wasl/birth-extract")
    start = re.search(rf'href="(/{language}/apply/[^"]+)"', page.text)
    assert start, page.words()[:300]
    page = browser.ask(start[1])
    page = sign_in(browser, language, address, page)
    page = browser.send(page.form("/apply/"), ARABIC)
    page = fill_birth_extract(browser, page)
    page = browser.send(page.form("/papers"), files={"file-cnie": ("carte.pdf", PDF)})
    assert "/check" in page.url, page.words()[:300]
    assert "05/1990" in page.words(), "the partial date is on the check page"
    filing = page.form("/file")
    page = browser.send(filing)
    return browser, page, filing


with Folder() as folder, Server(folder / "data", "--demo") as server:
    base = server.url
    state = {}

    @step("the first page, search and a sheet answer in four languages, right to left where due")
    def _():
        for language in ("ar", "fr", "en", "zgh"):
            page = Browser(base).ask(f"/{language}")
            assert page.status == 200 and f'lang="{language}"' in page.text
            assert ('dir="rtl"' in page.text.split("<body")[0]) == (language == "ar")
            assert len(page.body) < 60_000
        found = Browser(base).ask("/ar/search?q=" + urllib.parse.quote("رسم الولاده"))
        assert "birth-extract" in found.text, found.words()[:300]
        assert "birth-extract" in Browser(base).ask("/fr/search?q=NAISSANCE").text

    @step("a sheet is served compressed, with an ETag, and 304 the second time")
    def _():
        first = Browser(base).ask("/fr/p/commune-ain-wasl/birth-extract", headers=[("Accept-Encoding", "gzip")])
        assert first.headers["Content-Encoding"] == "gzip" and first.headers["ETag"]
        again = Browser(base).ask("/fr/p/commune-ain-wasl/birth-extract", headers=[("Accept-Encoding", "gzip"), ("If-None-Match", first.headers["ETag"])])
        assert again.status == 304

    for language, address in (("ar", "+212661000101"), ("fr", "+33612345601")):
        @step(f"from the sheet to the receipt in {language}, within twelve pages")
        def _(language=language, address=address):
            browser, page, filing = whole_way(base, language, address)
            reference = reference_of(page)
            assert page.status == 200 and reference in page.text
            assert browser.loads - 0 <= 12, f"{browser.loads} page loads"
            state[language] = (browser, reference, page, filing)

        @step(f"the receipt is a signed PDF, the same bytes twice ({language})")
        def _(language=language):
            browser, reference, _, _ = state[language]
            first = browser.ask(f"/{language}/request/{reference}/receipt.pdf")
            assert first.status == 200 and first.body.startswith(b"%PDF") and b"/ByteRange" in first.body, first.words()[:200]
            assert first.headers["X-Content-Type-Options"] == "nosniff" and "attachment" in first.headers["Content-Disposition"]
            assert browser.ask(f"/{language}/request/{reference}/receipt.pdf").body == first.body
            state["pdf"] = first.body

    @step("sent twice, a filing gives one dossier")
    def _():
        browser, reference, _, filing = state["fr"]
        assert reference_of(browser.send(filing)) == reference

    @step("anyone checks the receipt by its file, and a changed one is found out")
    def _():
        browser = Browser(base)
        form = browser.ask("/fr/verify").form("/verify")
        assert "Authentique" in browser.send(form, files={"file": ("r.pdf", state["pdf"])}).words()
        changed = state["pdf"].replace(b"/Type", b"/Tyqe", 1)
        assert "Authentique" not in browser.send(form, files={"file": ("r.pdf", changed)}).words()

    @step("a scanned code is checked without an account, in the language of the phone; a forged one is found out")
    def _():
        browser, reference, _, _ = state["fr"]
        seal = base64.b64decode(json.loads(browser.ask(f"/fr/request/{reference}/proof.json").text)["seal"])
        code = urllib.parse.quote(base45(seal), safe="$*+-.:")
        shown = Browser(base).ask("/v/" + code, headers=[("Accept-Language", "ar")])
        assert shown.status == 200 and "/ar/v/" in shown.url and "أصيل" in shown.words() and reference in shown.text, shown.words()[:300]
        assert "Alaoui" not in shown.text
        forged = base45(seal[:-1] + bytes([seal[-1] ^ 1]))
        shown = Browser(base).ask("/fr/v/" + urllib.parse.quote(forged, safe="$*+-.:"))
        assert shown.status == 200 and "Non valable" in shown.words()

    @step("a notified decision shows its document, and is appealed against once, before another authority")
    def _():
        # People of the demonstration whose extract was granted some days ago.
        for number in range(10020, 10026):
            browser = Browser(base)
            sign_in(browser, "fr", f"+2126000{number}")
            for reference in re.findall(r'href="/fr/request/(commune[^"]+)"', browser.ask("/fr/me/requests").text):
                page = browser.ask(f"/fr/request/{reference}")
                if "/appeal" in page.text and "/document/" in page.text:
                    document = re.search(r'href="([^"]+/document/[^"]+)"', page.text)[1]
                    assert browser.ask(document).body.startswith(b"%PDF")
                    form = browser.ask(f"/fr/request/{reference}/appeal").form("/appeal")
                    assert browser.send(form, grounds="").status == 422
                    page = browser.send(form, grounds="Le nom est mal écrit.", wanted="change")
                    appeal = reference_of(page)
                    assert appeal != reference and reference in page.text
                    assert reference_of(browser.send(form, grounds="Le nom est mal écrit.")) == appeal
                    return
        raise AssertionError("nobody in the demonstration may appeal")

    @step("a declaration that the published rule covers is granted at once, with its sealed document and the record of why")
    def _():
        browser = Browser(base)
        sign_in(browser, "fr", "+212600010031")  # of the demonstration: an agent has seen this person's card
        page = browser.ask("/fr/p/ministere-modele/auto-entrepreneur")
        page = browser.ask(re.search(r'href="(/fr/apply/[^"]+)"', page.text)[1])
        page = browser.send(page.form("/apply/"))
        page = browser.send(page.form("/you"), {f"full_name.{k}": v for k, v in ARABIC.items()} | {
            "birth_date-day": "12", "birth_date-month": "5", "birth_date-year": "1990", "moroccan": "yes",
            "identity.kind": "cnie", "identity.number": "QX918273"})
        page = browser.send(page.form("/activity"), sector="trade", activity="Papeterie", expected_turnover="90000")
        page = browser.send(page.form("/contact"), commune="عين الوصل", address="12, rue de l’Exemple", phone="0661000131")
        page = browser.send(page.form("/obligations"), knows_obligations="yes")
        page = browser.send(page.form("/papers"), files={"file-cnie": ("carte.pdf", PDF)})
        assert "QX918273" in page.text, "the check page shows what was typed: " + page.words()[:300]
        assert "500 000 DH" in page.text and "200 000 DH" not in page.text, "the obligations of trade, not those of services"
        page = browser.send(page.form("/file"))
        assert page.status == 422 and "Confirmez que vous avez lu" in page.text, "not before what is taken on was read"
        page = browser.send(page.form("/file"), obligations="read")
        reference = reference_of(page)
        page = browser.ask(f"/fr/request/{reference}")
        words = page.words()
        for said in ("Le programme, par une règle publiée", "114-13", "loi 55-19, article 7", "Chiffre d'affaires annuel prévu en dirhams (facultatif) : 500.000 au plus", "déclaré par le demandeur", "Papeterie", "QX918273"):
            assert said in words, f"{said!r} is not on the page: {words[:1500]}"
        assert re.search(r"AE-\d{4}-\d{6}", words), "the register's number is told at once"
        document = browser.ask(re.search(r'href="([^"]+/document/[^"]+)"', page.text)[1])
        assert document.body.startswith(b"%PDF")
        form = browser.ask("/fr/verify").form("/verify")
        assert "Authentique" in browser.send(form, files={"file": ("carte.pdf", document.body)}).words()
        assert browser.ask(f"/fr/request/{reference}/receipt.pdf").body.startswith(b"%PDF"), "a receipt always"
        state["granted"] = reference
        # The same words from somebody nobody has seen go to an agent: tests of the law say so.

    @step("a sensitive answer is nowhere on the disk in plain words")
    def _():
        assert "granted" in state, "the step before filed it"
        plain, typed = b"QX918273", b"Papeterie"
        files = [path for path in (folder / "data").rglob("*") if path.is_file()]
        assert any(typed in path.read_bytes() for path in files), "the search itself finds what is there"
        assert not [path.name for path in files if plain in path.read_bytes()]
        keys = list((folder / "data/keys/ministere-modele").glob("field.*.key"))
        assert keys and all(key.stat().st_mode & 0o777 == 0o600 for key in keys)

    @step("more messages than a desk can read are refused, and nothing typed is lost")
    def _():
        browser, reference, _, _ = state["fr"]
        for number in range(10):
            form = browser.ask(f"/fr/request/{reference}").form("/message")
            assert browser.send(form, text=f"Question {number}").status == 200
        page = browser.send(browser.ask(f"/fr/request/{reference}").form("/message"), text="Encore une question")
        assert page.status == 429, page.status
        assert "envoyez-le demain" in page.words() and ">\nEncore une question</textarea>" in page.text.replace("&#10;", "\n"), page.words()[:800]
        assert "Question 9" in page.text

    @step("the printed code follows a request without an account, and shows no name")
    def _():
        _, reference, page, _ = state["fr"]
        code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", page.words())
        assert code, "the code stands on the receipt page"
        browser = Browser(base)
        form = browser.ask("/ar/follow").form("/follow")
        shown = browser.send(form, reference=reference, code=code[0].lower())
        assert shown.status == 200 and reference in shown.text and "Alaoui" not in shown.text
        assert browser.send(form, reference=reference, code="AAAA-AAAA").status == 404

    @step("another person's dossier, draft and papers read as unknown")
    def _():
        _, reference, _, _ = state["ar"]
        other = state["fr"][0]
        for below in ("", "/receipt.pdf", "/proof.json", "/complete", "/withdraw"):
            assert other.ask(f"/fr/request/{reference}{below}").status == 404, below
        assert other.ask("/fr/draft/commune-ain-wasl/00000000000000000000000000/check").status == 404

    @step("a wrong code is refused, with the same page for an address that nobody has")
    def _():
        for address in ("+212661000101", "+212661999999"):
            browser = Browser(base)
            page = browser.send(browser.ask("/fr/sign-in").form("/sign-in"), contact=address)
            page = browser.send(page.form("/sign-in/code"), code="000000")
            assert page.status >= 400 and "code" in page.url, page.status
            assert browser.ask("/fr/me").url.find("/sign-in") > 0
        browser = Browser(base)
        assert browser.send(browser.ask("/ar/sign-in").form("/sign-in"), contact="hello").status in (400, 422)

    @step("a way back leads nowhere else")
    def _():
        for away in ("https://evil.example", "//evil.example", "/\\evil.example"):
            browser = Browser(base)
            page = sign_in(browser, "fr", "+212661000777", browser.ask("/fr/sign-in?return=" + urllib.parse.quote(away)))
            assert page.url.startswith(base), page.url

    @step("what was typed when the session ended comes back after signing in")
    def _():
        browser = Browser(base)
        page = sign_in(browser, "fr", "+212661000303", browser.ask("/fr/apply/commune-ain-wasl/birth-extract"))
        page = browser.send(page.form("/apply/"), ARABIC)
        page = browser.send(page.form("/for-whom"), for_child="no")
        browser.jar.clear()
        page = browser.send(page.form("/holder"), {"holder_name.given_latin": "Zineb-gardée"})
        assert "/sign-in" in page.url
        page = sign_in(browser, "fr", "+212661000303", page)
        assert "Zineb-gardée" in page.text, page.url
        answers = {"holder_name.given_latin": "Nouvelle", "holder_birth-year": "1990"}
        browser.send(page.form("/holder"), answers)
        assert "Zineb-gardée" not in browser.ask(page.url).text, "given back once only"

    @step("a draft is found again on another device, and a question that an answer brings up is asked")
    def _():
        browser = Browser(base)
        page = sign_in(browser, "ar", "+212661000404", browser.ask("/ar/apply/commune-ain-wasl/birth-extract"))
        page = browser.send(page.form("/apply/"), ARABIC)
        page = browser.send(page.form("/for-whom"), for_child="yes")
        assert "/child" in page.url
        other = Browser(base)
        sign_in(other, "ar", "+212661000404")
        listed = other.ask("/ar/me/requests")
        draft = re.search(r'href="(/ar/draft/[^"]+)"', listed.text)
        assert draft, listed.words()[:300]
        page = other.ask(re.sub(r"/[^/]+$", "/delivery", draft[1]))
        page = other.send(page.form("/delivery"), delivery="post")
        assert page.status == 200 and "postal_address" in page.text

    @step("a paper of the wrong type or size is refused with its reason, the rest is kept")
    def _():
        browser = Browser(base)
        page = sign_in(browser, "fr", "+212661000505", browser.ask("/fr/apply/commune-ain-wasl/birth-extract"))
        page = browser.send(page.form("/apply/"), ARABIC)
        page = fill_birth_extract(browser, page)
        form = page.form("/papers")
        page = browser.send(form, files={"file-cnie": ("carte.pdf", b"MZ this is no PDF")})
        assert page.status == 422 and "PDF, JPEG" in page.words()
        assert browser.send(form, files={"file-cnie": ("carte.pdf", PDF + b" " * (10 << 20))}).status in (413, 422)
        state["incomplete"] = (browser, form)

    @step("an incomplete file is filed all the same; the receipt lists what is missing, and it is completed once")
    def _():
        browser, form = state["incomplete"]
        page = browser.send(form, files={})
        page = browser.send(page.form("/file"))
        reference = reference_of(page)
        if "/complete" in page.text:
            page = browser.ask(f"/fr/request/{reference}/complete")
            page = browser.send(page.form("/complete"), files={"file-cnie": ("carte.pdf", PDF)})
            assert "/complete" not in page.url, page.words()[:300]
        state["completed"] = (browser, reference)

    @step("a very long Arabic message or name is cut between two letters, and every page stays readable")
    def _():
        browser, reference = state["completed"]
        form = browser.ask(f"/ar/request/{reference}").form("/message")
        assert browser.send(form, text="a" + "م" * 12_000).status == 200
        assert browser.ask(f"/ar/request/{reference}").status == 200
        page = browser.send(browser.ask("/ar/me/mandates").form("/me/mandates"), name="a" + "م" * 150, kind="parent")
        assert page.status == 200
        for path in ("/ar/me/mandates", "/ar/me/data", "/ar/me/requests", "/ar/apply/commune-ain-wasl/birth-extract"):
            assert browser.ask(path).status == 200, path

    @step("a person withdraws, writes, and downloads everything held about them")
    def _():
        browser, reference = state["completed"]
        page = browser.ask(f"/fr/request/{reference}")
        page = browser.send(page.form("/message"), text="Bonjour <b>agent</b>")
        assert "Bonjour &lt;b&gt;agent" in page.text
        data = browser.ask("/fr/me/data")
        assert data.status == 200 and reference in data.text
        page = browser.ask(f"/fr/request/{reference}/withdraw")
        page = browser.send(page.form("/withdraw"), reasons="")
        assert "retiré" in page.words()

    @step("a forged or missing form token is refused")
    def _():
        browser, reference = state["completed"]
        assert browser.ask(f"/fr/request/{reference}/message", b"text=x&csrf=forged").status == 403
        request = browser.ask(f"/fr/request/{reference}/message", b"text=x", headers=[("Sec-Fetch-Site", "cross-site")])
        assert request.status == 403

    @step("profile: two scripts, a partial date of birth, and an impossible one said beside the field")
    def _():
        browser, _ = state["completed"]
        form = browser.ask("/fr/me/about").form("/me/about")
        page = browser.send(form, ARABIC | {"birth-day": "", "birth-month": "", "birth-year": "1961", "document_kind": "cnie", "document_number": "ab 123456", "language": "fr"})
        assert "1961" in page.words() and "AB123456" in page.words(), page.words()[:400]
        page = browser.send(form, ARABIC | {"birth-day": "31", "birth-month": "2", "birth-year": "1961"})
        assert page.status >= 400 and "31" in page.text

    @step("a parent files for a child under a declared mandate")
    def _():
        browser, _ = state["completed"]
        page = browser.send(browser.ask("/fr/me/mandates").form("/me/mandates"), name="Yassine Alaoui", kind="parent")
        assert "Yassine Alaoui" in page.text
        page = browser.ask("/fr/apply/commune-ain-wasl/birth-extract")
        assert "Yassine Alaoui" in page.text

    @step("unknown addresses answer 404 in the reader's language, with a code")
    def _():
        for path in ("/ar/p/commune-ain-wasl/nothing", "/ar/request/a/b/c/1", "/xx/help", "/ar/apply/nobody/birth-extract"):
            status = state["ar"][0].ask(path).status
            assert status == 404, (path, status)

    @step("help, accessibility, privacy and automatic rules have their pages")
    def _():
        for language in ("ar", "fr", "en", "zgh"):
            for page in ("help", "accessibility", "privacy", "algorithms", "verify", "follow"):
                assert Browser(base).ask(f"/{language}/{page}").status == 200, page

finish()
