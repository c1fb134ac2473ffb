"""A person's browser for the integration tests: cookies, redirects, forms; no script. And signing in by code."""
import html
import html.parser
import http.client
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ARABIC = {"given_ar": "أمينة", "family_ar": "العلوي", "given_latin": "Amina", "family_latin": "Alaoui"}


class Form(html.parser.HTMLParser):
    """The forms of a page: action, and the fields with their values."""
    def __init__(self, page):
        super().__init__()
        self.forms, self.at = [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.at = {"action": a.get("action", ""), "method": a.get("method", "get"), "fields": {}, "buttons": []}
            self.forms.append(self.at)
        elif self.at is not None and tag == "input" and a.get("name"):
            if a.get("type") in ("radio", "checkbox"):
                if "checked" in a:
                    self.at["fields"][a["name"]] = a.get("value", "on")
            elif a.get("type") != "file":
                self.at["fields"][a["name"]] = a.get("value", "")
        elif self.at is not None and tag in ("textarea", "select") and a.get("name"):
            self.at["fields"].setdefault(a["name"], "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.at = None


class Reply:
    def __init__(self, status, url, headers, body):
        self.status, self.url, self.headers, self.body = status, url, headers, body
        self.text = body.decode("utf-8", "replace")

    def form(self, part):
        for form in Form(self.text).forms:
            if form["method"] == "post" and part in form["action"]:
                return form
        raise AssertionError(f"no form {part} on {self.url}: {self.status} {self.words()[:300]}")

    def words(self):
        plain = re.sub(r"[\u2066-\u2069]", "", html.unescape(re.sub(r"<[^>]+>", " ", self.text)))
        return " ".join(plain.split())


class Browser:
    """Cookies, redirects, forms; no script."""
    def __init__(self, base):
        self.base, self.loads, self.bytes = base, 0, 0
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path, body=None, kind="application/x-www-form-urlencoded", headers=()):
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), data=body)
        if body is not None:
            request.add_header("Content-Type", kind)
        for name, value in headers:
            request.add_header(name, value)
        try:
            with self.opener.open(request, timeout=60) as got:
                reply = Reply(got.status, got.url, got.headers, got.read())
        except urllib.error.HTTPError as got:
            reply = Reply(got.code, got.url, got.headers, got.read())
        self.loads += 1
        return reply

    def send(self, form, fields=None, files=None, **more):
        values = dict(form["fields"]) | (fields or {}) | more
        if files is None:
            return self.ask(form["action"], urllib.parse.urlencode(values).encode())
        mark = "b0undary7x"
        out = b""
        for name, value in values.items():
            out += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, (filename, content) in files.items():
            out += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
            out += content + b"\r\n"
        return self.ask(form["action"], out + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}")


def newest_code(base, address):
    page = Browser(base).ask("/fr/outbox").text
    rows = re.findall(r"<tr.*?</tr>", page, re.S)
    for row in rows:
        if address in html.unescape(row):
            code = re.search(r"\b(\d{6})\b", re.sub(r"[\u2066-\u2069]", "", re.sub(r"<[^>]+>", " ", row).replace(address, "")))
            if code:
                return code[1]
    raise AssertionError(f"no code for {address} in the outbox")


def sign_in(browser, language, address, page=None):
    page = page or browser.ask(f"/{language}/sign-in")
    page = browser.send(page.form("/sign-in"), contact=address)
    assert "/sign-in/code" in page.url, page.words()[:300]
    return browser.send(page.form("/sign-in/code"), code=newest_code(browser.base, address))


def reference_of(page):
    found = re.search(r"/request/([a-z0-9-]+/[a-z0-9-]+/[a-z0-9-]+/\d+)", page.url)
    assert found, f"not on a request: {page.url} {page.status} {page.words()[:300]}"
    return found[1]


def dossier_of(browser, reference):
    """The dossier as its person reads it over the API."""
    reply = browser.ask(f"/api/dossiers/{reference}")
    assert reply.status == 200, f"{reply.status} {reply.text[:300]}"
    return json.loads(reply.text)
