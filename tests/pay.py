#!/usr/bin/env python3
"""Payments through the built program: the fee and its reference on the request, paid at the counter or through a provider,
its receipt verified, what providers tell twice, forged or wrong, refunds by two persons, closings and the settlement file.

The provider is a stand-in: a real HTTP server of this test, which checks the redirect and signs its notifications.
Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import contextlib
import csv
import hashlib
import hmac
import http.server
import io
import json
import os
import re
import secrets
import shutil
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import ROOT, Folder, Server, finish, step, wasl  # noqa: E402
from _person import ARABIC, PDF, Browser, dossier_of, reference_of, sign_in  # noqa: E402

COMMUNE = "commune-ain-wasl"
SECRET = secrets.token_hex(24)
LANGUAGES = ("ar", "fr", "en", "zgh")


def sign(text):
    return hmac.new(SECRET.encode(), text if isinstance(text, bytes) else text.encode(), hashlib.sha256).hexdigest()


class Provider(http.server.BaseHTTPRequestHandler):
    """Its page asks nothing: whoever comes with good parameters has paid. It tells us before it sends the browser back."""
    asked, silent, count = [], False, 0

    def do_GET(self):
        given = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        signature = given.pop("signature", "")
        good = hmac.compare_digest(signature, sign("".join(f"{name}={value}\n" for name, value in sorted(given.items()))))
        Provider.asked.append((good, given))
        if not good or given["merchant"] != "wasl-test":
            self.send_error(403)
            return
        if not Provider.silent:
            Provider.count += 1
            tell(given["notify"], transaction=f"W-{Provider.count}", attempt=given["attempt"], reference=given["reference"], amount=given["amount"])
        self.send_response(303)
        self.send_header("Location", given["return"])
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def provider():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def post(url, body, signature, language="en"):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json", "Wasl-Signature": signature, "Accept-Language": language})
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def tell(url, language="en", forged=False, **facts):
    body = json.dumps({"currency": "MAD", "status": "paid", **facts}).encode()
    return post(url, body, "v1=" + ("0" * 64 if forged else sign(body)), language)


def with_provider(data, url):
    node = (data / "node.toml").read_text()
    at = node.index('[[member.office]]')
    door = f'[[member.payment]]\nprovider = "carte"\nname = {{ ar = "مؤسسة تجريبية", fr = "Organisme d’essai" }}\nstart_url = "{url}/start"\nmerchant = "wasl-test"\n\n'
    (data / "node.toml").write_text(node[:at] + door + node[at:])
    key = data / "keys" / COMMUNE / "payment.carte.key"
    key.write_text(SECRET + "\n")
    os.chmod(key, 0o600)


def filed(base, delivery="counter", language="fr"):
    """A request that owes 2.00 (counter) or 20.00 (post); the browser and the reference of the request."""
    browser = Browser(base)
    page = sign_in(browser, language, f"p{secrets.token_hex(5)}@example.org")
    body = {"member": COMMUNE, "procedure": "birth-extract", "language": language,
            "answers": {"for_child": False, "holder_name": ARABIC, "holder_birth": "1990-05-12", "birth_commune": {"text": "عين الوصل"}, "delivery": delivery,
                        **({"postal_address": "1, rue du Test, Aïn El Wasl"} if delivery == "post" else {})}}
    done = browser.ask("/api/dossiers", json.dumps(body).encode(), "application/json", [("Idempotency-Key", secrets.token_hex(8))])
    assert done.status == 201, (done.status, done.text[:300], page.status)
    return browser, json.loads(done.text)["reference"]


def payment_reference(browser, reference, language="fr"):
    page = browser.ask(f"/{language}/request/{reference}")
    assert page.status == 200, (page.status, page.words()[:300])
    found = re.search(r'data-copy="(\d{4} \d{4} \d{4} \d{2})"', page.text)
    assert found, page.words()[:600]
    return found[1].replace(" ", ""), page


def person_flow(base, notify, state):
    @step("the request shows what is to pay, its reference with good check digits, how and where, in four languages")
    def _():
        browser, reference = filed(base)
        paying, page = payment_reference(browser, reference)
        assert "2,00" in page.words() and "Accueil général" in page.words(), page.words()[:600]
        assert int(paying) % 97 == 1
        assert wasl("pay", "check", paying).endswith("good\n")
        wrong = paying[:5] + str((int(paying[5]) + 1) % 10) + paying[6:]
        wasl("pay", "check", wrong, expect=1)
        wasl("pay", "check", "12", expect=2)
        for language in LANGUAGES:
            assert payment_reference(browser, reference, language)[0] == paying
            shown = Browser(base).ask(f"/{language}/pay/{COMMUNE}/{paying}")
            assert shown.status == 200 and "<svg" in shown.text
            assert ARABIC["family_latin"] not in shown.text and reference not in shown.text  # nobody's name, no dossier
            bad = Browser(base).ask(f"/{language}/pay/{COMMUNE}?reference={wrong}")
            assert bad.status == 400 and "error-summary" in bad.text, bad.status
        assert Browser(base).ask(f"/fr/pay/{COMMUNE}/10000000000180").status == 404
        receipt = browser.ask(f"/fr/request/{reference}/receipt.pdf")
        assert receipt.status == 200 and receipt.body.startswith(b"%PDF")
        state["first"] = (browser, reference, paying)

    @step("a server with a provider counts electronic payment in its self-assessment, with the page as evidence")
    def _():
        text = Browser(base).ask("/fr/figures/un-index").text
        row = next(row for row in re.findall(r"<tr.*?</tr>", text, re.S) if "Paiement électronique" in row)
        evidence = re.search(r'href="([^"]+)"', row)
        assert evidence and evidence[1] == f"/fr/pay/{COMMUNE}", row
        assert Browser(base).ask(evidence[1]).status == 200

    @step("paid through the provider: a signed redirect there, its notification, back to a page that says paid")
    def _():
        browser, reference, paying = state["first"]
        page = browser.ask(f"/fr/pay/{COMMUNE}/{paying}")
        link = re.search(r'href="([^"]*/with/carte)"', page.text)
        back = browser.ask(link[1])
        good, given = Provider.asked[-1]
        assert good and given["amount"] == "2.00" and given["reference"] == paying and given["currency"] == "MAD"
        assert "payé" in back.words() and "attempt=" in back.url, back.words()[:400]
        receipt = browser.ask(f"/fr/request/{reference}/payment.pdf")
        assert receipt.status == 200 and receipt.body.startswith(b"%PDF"), receipt.status
        state["pdf"] = receipt.body
        stranger, _ = filed(base)
        assert stranger.ask(f"/fr/request/{reference}/payment.pdf").status == 404

    @step("while the provider is silent the page says to wait, not to pay twice")
    def _():
        Provider.silent = True
        browser, reference = filed(base)
        paying, _ = payment_reference(browser, reference)
        page = browser.ask(f"/fr/pay/{COMMUNE}/{paying}/with/carte")
        assert "ne payez pas une seconde fois" in page.words(), page.words()[:400]
        assert tell(notify, transaction="late-1", attempt=Provider.asked[-1][1]["attempt"], reference=paying, amount="2.00")[1]["code"] == "pay.notice.paid"
        assert "payé" in browser.ask(page.url).words()
        Provider.silent = False


def hostile_notices(base, notify):
    @step("a notification replayed, forged, different, wrong or late is answered with a code, and counted once")
    def _():
        browser, reference = filed(base, "post")
        paying, _ = payment_reference(browser, reference)
        status, answer = tell(notify, transaction="H-0", reference=paying, amount="20.00", forged=True)
        assert (status, answer["code"]) == (401, "pay.notice-forged"), answer
        assert tell(notify, transaction="H-1", reference=paying, amount="19.99")[1] ["code"] == "pay.notice.too-little"
        status, paid = tell(notify, transaction="H-2", reference=paying, amount="25.00")
        assert status == 200 and paid["code"] == "pay.notice.overpaid" and paid["held"] == "5.00", paid
        again = tell(notify, transaction="H-2", reference=paying, amount="25.00")[1]
        assert again["repeated"] and again["receipt"] == paid["receipt"]
        status, differs = tell(notify, transaction="H-2", reference=paying, amount="20.00")
        assert (status, differs["code"]) == (409, "pay.notice-differs"), differs
        assert tell(notify, transaction="H-3", reference=paying, amount="20.00")[1]["code"] == "pay.notice.already-paid"
        assert tell(notify, transaction="H-4", reference="10000000000180", amount="20.00")[1]["code"] == "pay.notice.unknown-reference"
        assert tell(notify, transaction="H-5", reference=paying, amount="20.00", status="failed")[1]["code"] == "pay.notice.not-paid"
        assert tell(notify, transaction="H-6", reference=paying, amount="20.00", currency="EUR")[0] == 422
        assert post(notify, b"{", "v1=" + sign(b"{"))[0] == 400
        assert tell(notify.replace("carte", "autre"), transaction="H-7", reference=paying, amount="20.00")[0] == 404
        titles = {tell(notify, language, transaction=f"H-8{language}", reference="10000000000180", amount="1.00")[1]["message"] for language in LANGUAGES}
        assert len(titles) == 4, titles

    @step("the public state of a reference: amount and state for a cash point, no name")
    def _():
        browser, reference = filed(base)
        paying, _ = payment_reference(browser, reference)
        with urllib.request.urlopen(f"{base}/api/payments/{COMMUNE}/{paying}", timeout=60) as reply:
            found = json.loads(reply.read())
        assert found["state"] == "open" and found["amount"] == "2.00" and found["providers"] == ["carte"], found
        assert "dossier" not in found and reference not in json.dumps(found)


def part_given(cashier, chief, cash, number, amount):
    """A part asked for by the cashier, approved by the signatory, given out of the drawer."""
    asked = cashier.send(cashier.ask(cash).form("/cash", do="refund"), receipt=number, amount=amount, reason="Une partie seulement")
    assert asked.status == 200, asked.status
    twice = cashier.send(cashier.ask(cash).form("/cash", do="refund"), receipt=number, amount="0,10", reason="Encore")
    assert twice.status == 409, twice.status
    assert number in chief.ask(f"/fr/desk/{COMMUNE}/payments").text
    give_all(cashier, chief, cash)


def give_all(cashier, chief, cash):
    """Every refund asked for is approved, and what is cash given out of the drawer."""
    books = chief.ask(f"/fr/desk/{COMMUNE}/payments")
    for form in [f for f in desk_flow.Forms(books.text).forms if ("do", "decide-refund") in f["fields"]]:
        assert chief.send(form, decision="approve").status == 200
    page = cashier.ask(cash)
    while 'value="give"' in page.text:
        page = cashier.send(page.form("/cash", do="give"))
        assert page.status == 200, page.status


def desk_side(base, data, notify, state):
    agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}

    def agent(login):
        browser = desk_flow.Browser(base)
        page = browser.sign_in(agents[(COMMUNE, login)])
        assert page.status == 200 and "/desk/sign-in" not in page.url, page.url
        return browser

    cashier, chief, overseer = agent("caisse"), agent("signataire"), agent("tutelle")
    cash = f"/fr/desk/{COMMUNE}/cash"

    @step("the demonstration's cash day is open; closed with a difference it wants an explanation")
    def _():
        page = cashier.ask(cash)
        assert page.status == 200 and "Caisse n°" in page.text, page.text[:300]
        form = page.form("/cash", do="close")
        refused = cashier.send(form, counted="1,00")
        assert refused.status == 422 and "expliquez" in refused.text, refused.status
        done = cashier.send(refused.form("/cash", do="close"), counted="1,00", explanation="Essai de clôture.")
        assert done.status == 200 and "Essai de clôture." in done.text and "/cash/day/" in done.url, (done.status, done.url)

    @step("cash: no payment without an open day, then exactly once, with a numbered receipt that verifies")
    def _():
        browser, reference = filed(base)
        paying, _ = payment_reference(browser, reference)
        found = cashier.send(cashier.ask(cash).form("/cash", do="find"), reference=paying)
        assert reference in found.text and 'value="take"' not in found.text
        opened = cashier.send(cashier.ask(cash).form("/cash", do="open"), opening="200")
        assert "Caisse n°" in opened.text
        wrong = paying[:5] + str((int(paying[5]) + 1) % 10) + paying[6:]
        assert cashier.send(opened.form("/cash", do="find"), reference=wrong).status == 400
        found = cashier.send(opened.form("/cash", do="find"), reference=reference)  # by the request's number
        take = found.form("/cash", do="take")
        first = cashier.send(take)
        numbers = re.findall(r"/cash/receipt/(\d{4}-\d{6})\.pdf", first.text)
        assert numbers, first.text[:300]
        second = cashier.send(take)  # pressed twice
        assert re.findall(r"/cash/receipt/(\d{4}-\d{6})\.pdf", second.text) == numbers
        assert tell(notify, transaction="cash-too", reference=paying, amount="2.00")[1]["code"] == "pay.notice.already-paid"
        pdf = cashier.ask(f"{cash}/receipt/{numbers[0]}.pdf")
        assert pdf.status == 200
        state["numbers"], state["cash"] = numbers, (browser, reference, paying)

    @step("a refund: only for a request that ended, asked by one, decided by another, given out of a drawer")
    def _():
        browser, reference, paying = state["cash"]
        number = state["numbers"][0]
        assert 'name="amount"' in cashier.ask(cash).text
        early = cashier.send(cashier.ask(cash).form("/cash", do="refund"), receipt=number, reason="retirée")
        assert early.status == 409, early.status
        page = browser.ask(f"/fr/request/{reference}/withdraw")
        withdrawn = browser.send(page.form("/withdraw"), reasons="Plus besoin.")
        assert withdrawn.status == 200, withdrawn.words()[:300]
        more = cashier.send(cashier.ask(cash).form("/cash", do="refund"), receipt=number, amount="2,01", reason="Demande retirée")
        assert more.status == 422 and "plus que ce qui reste à rendre" in more.text, more.status
        part_given(cashier, chief, cash, number, "0,75")
        assert "0,75" in browser.ask(f"/fr/request/{reference}").words(), browser.ask(f"/fr/request/{reference}").words()[:600]
        asked = cashier.send(cashier.ask(cash).form("/cash", do="refund"), receipt=number, reason="Demande retirée")
        assert asked.status == 200 and "Une autre personne" in asked.text, asked.status
        books = chief.ask(f"/fr/desk/{COMMUNE}/payments")
        assert 'value="decide-refund"' in books.text, "nothing to decide"
        give_all(cashier, chief, cash)
        assert "remboursé" in browser.ask(f"/fr/request/{reference}").words()

    @step("the provider's file: what differs is listed, money is counted once, the file twice is the first answer")
    def _():
        browser, reference = filed(base)
        paying, _ = payment_reference(browser, reference)
        text = f"transaction,reference,amount\nH-2,{paying},25.00\nH-3,,19.00\nunheard-1,{paying},2.00\nunheard-1,{paying},2.00\n"
        file = data / "settlement.csv"
        file.write_text(text)
        compared = json.loads(wasl("pay", "reconcile", file, "--member", COMMUNE, "--provider", "carte", "--data", data, "--json", expect=1))
        states = [line["state"] for line in compared["lines"]]
        assert states[:4] == ["matched", "amount-differs", "not-notified", "repeated"], states
        form = overseer.ask(f"/fr/desk/{COMMUNE}/payments").form("/payments", do="settle")
        page = send_file(overseer, form, "file", "releve.csv", text.encode(), provider="carte")
        assert page.status == 200 and "/settlement/" in page.url, (page.status, page.url)
        for word in ("concorde", "montant différent", "non annoncé", "répété dans le fichier"):
            assert word in page.text, word
        assert "payé" in browser.ask(f"/fr/request/{reference}").words()
        assert send_file(overseer, form, "file", "releve.csv", text.encode(), provider="carte").url.split("?")[0] == page.url.split("?")[0]
        late = tell(notify, transaction="unheard-1", reference=paying, amount="2.00")[1]
        assert late["repeated"] and late["code"] == "pay.notice.paid", late
        bad = send_file(overseer, form, "file", "x.csv", b"nothing here", provider="carte")
        assert bad.status == 400 and "error-summary" in bad.text, bad.status

    @step("only those who oversee see the books, only cashiers the drawer")
    def _():
        assert agent("technique").ask(cash).status == 404
        assert cashier.ask(f"/fr/desk/{COMMUNE}/payments").status == 404
        assert chief.ask("/fr/desk/agence-sociale/payments").status == 404


def unpaid_is_incomplete(folder, data):
    """The other choice of a procedure, through the whole program: the same sheet, published with unpaid = "incomplete"."""
    sheet = folder / "birth-extract"
    shutil.copytree(ROOT / "procedures/birth-extract", sheet)
    text = (sheet / "procedure.toml").read_text()
    assert '[fee]\nkind = "amount"\n' in text
    (sheet / "procedure.toml").write_text(text.replace('[fee]\nkind = "amount"\n', '[fee]\nkind = "amount"\nunpaid = "incomplete"\n'))

    @step("unpaid = \"incomplete\": the receipt is given and lists the fee; paid, the request is complete and its delay begins")
    def _():
        wasl("publish", sheet, "--member", COMMUNE, "--data", data)
        with Server(data, "--demo") as server:
            browser, reference = filed(server.url)
            paying, page = payment_reference(browser, reference)
            assert "Le paiement des frais" in page.words(), page.words()[:800]
            assert "le délai de réponse commence quand les frais sont payés" in page.words(), page.words()[:1200]
            assert browser.ask(f"/fr/request/{reference}/receipt.pdf").body.startswith(b"%PDF")
            with urllib.request.urlopen(f"{server.url}/api/payments/{COMMUNE}/{paying}", timeout=60) as reply:
                assert json.loads(reply.read())["unpaid"] == "incomplete"
            status, told = tell(f"{server.url}/api/payments/{COMMUNE}/notices/carte", transaction="U-1", reference=paying, amount="2.00")
            assert (status, told["code"]) == (200, "pay.notice.paid"), told
            words = browser.ask(f"/fr/request/{reference}").words()
            assert "Le paiement des frais" not in words and "payé" in words, words[:1200]


def stamp_with_the_request(base, data):
    """The sheet of the program whose stamp is one of the papers: from a request without it to one whose delay runs."""
    ministry, kept = "ministere-modele", {}

    @step("a passport is asked for with every paper and no stamp: the receipt lists the stamp alone, and no delay runs")
    def _():
        browser = Browser(base)
        page = sign_in(browser, "fr", f"p{secrets.token_hex(5)}@example.org", browser.ask(f"/fr/apply/{ministry}/passport"))
        page = browser.send(page.form("/apply/"), ARABIC)
        page = browser.send(page.form("/holder"), {f"holder_name.{part}": text for part, text in ARABIC.items()} |
                            {"holder_birth-day": "12", "holder_birth-month": "5", "holder_birth-year": "1990", "age_group": "adult"})
        page = browser.send(page.form("/passport"), request="renewal")
        page = browser.send(page.form("/papers"), files={f"file-{code}": (code + ".pdf", PDF + code.encode()) for code in ("cnie", "photos")})
        for language, words in zip(LANGUAGES, ("هذا اختيار هذه الإدارة", "le choix de cette administration", "the choice of this administration", "ⴰⵙⵜⴰⵢ")):
            assert words in Browser(base).ask(f"/{language}/p/{ministry}/passport").words(), language
        page = browser.send(page.form("/file"))
        kept["browser"], kept["reference"] = browser, reference_of(page)
        told = dossier_of(browser, kept["reference"])
        assert told["phase"] == "incomplete" and [each["code"] for each in told["missing"]] == ["fee"], told
        assert "500,00" in page.words() and "le délai de réponse commence quand les frais sont payés" in page.words(), page.words()[:1200]
        assert browser.ask(f"/fr/request/{kept['reference']}/receipt.pdf").body.startswith(b"%PDF")
        kept["unpaid"] = told

    @step("paid at the cash desk with the reference of the receipt, the request is complete from that moment and its clock begins")
    def _():
        browser, reference = kept["browser"], kept["reference"]
        paying, _ = payment_reference(browser, reference)
        agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        cashier, cash = desk_flow.Browser(base), f"/fr/desk/{ministry}/cash"
        cashier.sign_in(agents[(ministry, "caisse")])
        page = cashier.send(cashier.ask(cash).form("/cash", do="open"), opening="100,00")
        page = cashier.send(page.form("/cash", do="find"), reference=paying)
        page = cashier.send(page.form("/cash", do="take"))
        assert page.status == 200 and "Le paiement est enregistré" in page.text, (page.status, page.text[:600])
        told = dossier_of(browser, reference)
        assert told["phase"] == "examination" and told["missing"] == [], told
        assert told["clock"].get("answer_by") and not kept["unpaid"]["clock"].get("answer_by"), (told["clock"], kept["unpaid"]["clock"])
        words = browser.ask(f"/fr/request/{reference}").words()
        assert "payé" in words and "Le paiement des frais" not in words, words[:1200]
        assert browser.ask(f"/fr/request/{reference}/payment.pdf").body.startswith(b"%PDF")


def send_file(browser, form, name, filename, content, **changes):
    """A multipart form through the desk's browser."""
    mark = "b0undary9y"
    values = dict(form["fields"]) | changes
    body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in values.items())
    body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: text/csv\r\n\r\n'.encode() + content + f"\r\n--{mark}--\r\n".encode()
    request = urllib.request.Request(urllib.parse.urljoin(browser.url, form["action"]), data=body, headers={"Content-Type": f"multipart/form-data; boundary={mark}"})
    try:
        with browser.opener.open(request, timeout=60) as reply:
            return desk_flow.Reply(reply.status, reply.url, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        return desk_flow.Reply(error.code, error.url, error.headers, error.read())


def afterwards(data, state):
    @step("the ledger taken out sums to zero, by account and in all, recounted here")
    def _():
        rows = list(csv.DictReader(io.StringIO(wasl("pay", "export", "--member", COMMUNE, "--data", data))))
        cents = lambda text: round(float(text) * 100)  # noqa: E731
        assert len(rows) > 40 and sum(cents(row["amount"]) for row in rows) == 0
        paid = [row["payment_reference"] for row in rows if row["kind"] == "pay.paid" and cents(row["amount"]) > 0]
        assert len(paid) == len(set(paid)), "a reference was paid twice"
        numbers = sorted({row["receipt"] for row in rows if row["kind"] == "pay.paid"})
        assert [int(number[5:]) for number in numbers] == list(range(1, len(numbers) + 1)), "receipts are not dense"

    @step("the receipt of a payment verifies offline, and a changed one does not; the audit reads the ledger again")
    def _():
        keys = data / "trust-test.json"
        keys.write_text(wasl("trust", "export", "--data", data))
        good, bad = data / "payment.pdf", data / "changed.pdf"
        good.write_bytes(state["pdf"])
        bad.write_bytes(state["pdf"].replace(b"/Producer", b"/Prodncer", 1) if b"/Producer" in state["pdf"] else state["pdf"][:2000] + b"x" + state["pdf"][2001:])
        wasl("verify", good, "--trust", keys)
        wasl("verify", bad, "--trust", keys, expect=1)
        wasl("audit", "--data", data)


def main():
    with Folder() as folder, provider() as url:
        data, state = folder / "data", {}
        with Server(data, "--demo"):
            pass
        with_provider(data, url)
        with Server(data, "--demo") as server:
            base = server.url
            notify = f"{base}/api/payments/{COMMUNE}/notices/carte"
            person_flow(base, notify, state)
            hostile_notices(base, notify)
            desk_side(base, data, notify, state)
            stamp_with_the_request(base, data)
        afterwards(data, state)
        unpaid_is_incomplete(folder, data)
    finish()


if __name__ == "__main__":
    main()
