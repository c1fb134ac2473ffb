#!/usr/bin/env python3
"""The public figures a second time, from the journal export alone, as plainly as possible.

    wasl figures export --member ID | tools/recount-figures.py --year 2026 --as-of 2026-11-22 [--page figures.json]

Prints every figure unrounded by any secrecy: for the administration, not for the public. With --page, the published
figures (/fr/figures.json) are held against it: every published number must be equal, every small one withheld.
Exit 0 equal, 1 different, 2 unreadable.

Definitions. A dossier begins with "filed"; erased ones do not count. Days are those of the zone in the first line.
  filings      filed in the year, by channel; online under a representative who is no parent is "helper"
  completions  of those: the receipt listed something missing, or an agent asked
  answers      that took effect in the year: notified before the end of the legal day, notified later, or arisen by
               silence; and open dossiers whose last legal day lies in the year and before as-of
  days         working days in (day of filing, day of the answer]; median and 90th percentile by nearest rank
  papers       of the dossiers filed in the year, each paper once: from its source unless the person gave it too
  agents       seconds between two entries in a row of one agent on a dossier, at most the session's length apart
  complaints   filed in the year, no appeals, whose 15 (60) days are over: an agent's word within 15, closed within 60
               aftermath: answered ones of the year and how many of these their person opened again; people who said how
               satisfied they are, and how many said 4 or 5 the last time
  companies    distinct ICE filed for online in the twelve months up to as-of under a mandate that was proven then (its
               word alone is not enough), of those in the register
  procedures   published sheets by stage; at 4 and 5 a procedure with a fee only where it is paid online
  taking-part  consultations, comments, supports and suggestions of all years, from their own entries; suggestions, which
               no public record shows, are withheld where they are few
  divide       the answers by how and in which language the dossier was filed; between rural and urban members (divide-area)
               over several exports, which this program takes one at a time: not recounted here
"""
import argparse
import collections
import datetime
import decimal
import json
import sys
import zoneinfo

LANGUAGES = ("ar", "fr", "en", "zgh")
DAY = datetime.timedelta(days=1)


class Rules:
    def __init__(self, head):
        self.zone = zoneinfo.ZoneInfo(head["zone"])
        self.weekend = set(head["weekend"])
        self.holidays = {datetime.date.fromisoformat(day) for day in head["holidays"]}
        self.session = head["session_minutes"] * 60
        self.smallest = head["smallest_count"]
        self.minute_cost = head.get("minute_cost")
        self.pays_online, self.register = head["pays_online"], head.get("companies_in_register")
        self.now = self.instant(head["at"])

    def instant(self, text):
        whole, _, fraction = text.rstrip("Z").partition(".")
        seconds = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc).timestamp()
        return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])

    def day(self, micros):
        return datetime.datetime.fromtimestamp(micros // 1_000_000, self.zone).date()

    def working_days(self, after, until):
        count, day = 0, after
        while day < until:
            day += DAY
            count += day.isoweekday() not in self.weekend and day not in self.holidays
        return count


class Dossier:
    def __init__(self, rules, at, body):
        party, link = body.get("applicant", {}), body.get("link", {})
        relation = body.get("representative", {}).get("relation") if "representative" in body else None
        channel = body.get("channel")
        self.rules, self.filed, self.office = rules, rules.day(at), body.get("office", "")
        if channel in ("counter", "desk"):
            self.way = "counter"
        elif channel == "post":
            self.way = "post"
        else:
            self.way = "helper" if "representative" in body and relation not in ("parent", "guardian") else "page"
        language = body.get("contact", {}).get("language")
        self.language = language if language in LANGUAGES else "other"
        self.complaint = body.get("kind") == "complaint" and link.get("relation") != "appeal"
        online = self.way in ("page", "helper")
        proven = body.get("representative", {}).get("proven") is True
        self.company = party.get("identifier") if online and proven and party.get("identifier_kind") == "ice" else None
        self.asked = bool(body.get("receipt", {}).get("missing"))
        due = body.get("receipt", {}).get("answer_due")
        self.due = rules.instant(due) if due else None
        self.fetched, self.given = set(), set()
        for piece in body.get("pieces", []):
            self.paper(piece)
        self.favourable, self.open, self.answers = False, True, []
        self.acknowledged = self.closed = self.satisfied = None
        self.reopened = False
        self.seconds, self.last = 0, (None, 0)

    def paper(self, piece):
        if piece.get("requirement"):
            (self.fetched if piece.get("source") == "fetched" else self.given).add(piece["requirement"])

    def act(self, at, by):
        agent = by["id"] if by.get("office") and by.get("id") != "system" else None
        pause = (at - self.last[1]) // 1_000_000
        if agent and agent == self.last[0] and 0 <= pause <= self.rules.session:
            self.seconds += pause
        self.last = (agent, at)
        return agent

    def close(self, day):
        self.open, self.due = False, None
        self.closed = self.closed or day

    def answer(self, at, how, favourable):
        day = self.rules.day(at)
        self.answers.append((day, how, self.rules.working_days(self.filed, day), favourable))
        self.close(day)

    def see(self, kind, at, agent, body):
        effect = self.rules.instant(body["at"]) if "at" in body else at
        today = self.rules.day(at)
        if kind == "piece-added":
            self.paper(body["piece"])
        elif kind == "evidence-fetched" and body["evidence"].get("status") == "held":
            self.fetched.add(body["evidence"].get("requirement", ""))
        elif kind == "completion-requested":
            self.asked, self.due = True, None
            self.acknowledged = self.acknowledged or (today if agent else None)
        elif kind in ("completed", "clock-extended", "clock-recomputed"):
            self.due = self.rules.instant(body["due"]) if "due" in body else None
        elif kind == "signed":
            self.favourable = body.get("outcome") in ("granted", "upheld")
        elif kind == "granted-automatically":
            self.favourable = True
        elif kind == "notified":
            in_time = self.due is not None and effect < self.due
            self.acknowledged = self.acknowledged or self.rules.day(effect)
            self.answer(effect, "in-time" if in_time else "late", self.favourable)
        elif kind in ("silence-approved", "free-to-operate"):
            self.answer(effect, "silence", True)
        elif kind == "final-receipt-issued" and self.open:
            self.answer(at, "in-time" if self.due is not None and at < self.due else "late", True)
        elif kind in ("lapsed", "withdrawn", "transferred"):
            self.close(today)
        elif kind in ("appeal-decided", "complaint-reopened") and "due" in body:
            self.open, self.due, self.favourable = True, self.rules.instant(body["due"]), False
            self.reopened = self.reopened or kind == "complaint-reopened"
        elif kind == "satisfaction-given":
            self.satisfied = int(body["score"]) >= 4
        elif kind in ("message-sent", "complaint-acknowledged") and agent:
            self.acknowledged = self.acknowledged or today


class Forum:
    """Consultations, comments and suggestions, from their entries."""
    def __init__(self):
        self.closes, self.answered = {}, set()
        self.comments, self.hidden, self.supports = set(), set(), 0
        self.suggestions, self.handled = set(), set()

    def see(self, kind, entry):
        comment = entry.get("comment")
        if kind == "answered":
            self.answered.add(entry["consultation"])
        elif kind == "comment":
            self.comments.add(comment)
        elif kind == "support":
            self.supports += 1
        elif kind == "hidden":
            self.hidden.add(comment)
        elif kind == "contest-decided" and entry["restored"]:
            self.hidden.discard(comment)
        elif kind == "suggestion":
            self.suggestions.add(entry["suggestion"])
        elif kind == "suggestion-handled":
            self.handled.add(entry["suggestion"])


def stage(sheet, pays_online):
    if not sheet["questions"]:
        return 1 if sheet["described"] or sheet["papers"] or sheet["delays"] else 0
    if "online" not in sheet["channels"] or sheet["imported"]:
        return 2
    must = [paper for paper in sheet["papers"] if paper["mandatory"]]
    in_person = any(set(paper["accepted"]) == {"show_original"} for paper in must)
    if in_person or (sheet["fee"] and not pays_online) or not sheet["documents"]:
        return 3
    return 5 if sheet["granted_by_rule"] or (must and all(paper["source"] for paper in must)) else 4


def read(lines):
    rules = Rules(json.loads(next(lines)))
    rules.sheets, rules.forum = [], Forum()
    dossiers = {}
    for line in lines:
        row = json.loads(line)
        if "procedure" in row:
            rules.sheets.append(row)
            continue
        if "consultation" in row:
            rules.forum.closes[row["consultation"]] = rules.instant(row["closes"])
            continue
        if row["kind"].startswith("forum."):
            rules.forum.see(row["kind"].removeprefix("forum."), row["entry"])
            continue
        chain, kind = row["chain"], row["kind"].removeprefix("dossier.")
        if "entry" not in row:
            dossiers.pop(chain, None)
            continue
        entry = row["entry"]
        at, by, body = rules.instant(entry["at"]), entry.get("by", {}), entry.get("body", {})
        if kind == "filed":
            dossiers[chain] = Dossier(rules, at, body)
            dossiers[chain].act(at, by)
        elif chain in dossiers:
            dossiers[chain].see(kind, at, dossiers[chain].act(at, by), body)
    return rules, dossiers.values()


def percentile(days, percent):
    days = sorted(days)
    return days[max(1, -(-len(days) * percent // 100)) - 1] if days else None


def ratio(part, whole, digits=1, by=100):
    if not whole:
        return None
    exact = decimal.Decimal(part) * by / decimal.Decimal(whole)
    return str(exact.quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_UP))


def figures(rules, dossiers, year, as_of):
    out = {}
    filed = [d for d in dossiers if d.filed.year == year]
    answers = [(d, a) for d in dossiers for a in d.answers if a[0].year == year]
    last_day = lambda d: rules.day(d.due - 1)
    late = [d for d in dossiers if d.open and d.due is not None and last_day(d).year == year]
    offices = {d.office for d in filed} | {d.office for d, _ in answers} | {d.office for d in late}
    for office in ["", *sorted(offices)]:
        mine = [d for d in filed if office in ("", d.office)]
        theirs = [a for d, a in answers if office in ("", d.office)]
        put = lambda figure, part, value: out.__setitem__((figure, office, part), value)
        for way in ("page", "counter", "helper", "post"):
            put("filings", way, sum(d.way == way for d in mine))
        put("filings", "all", len(mine))
        asked = sum(d.asked for d in mine)
        put("completions", "asked", asked)
        put("completions", "not-asked", len(mine) - asked)
        put("completions", "per-hundred", ratio(asked, len(mine)))
        counts = collections.Counter(how for _, how, _, _ in theirs)
        overdue = sum(last_day(d) < as_of for d in late if office in ("", d.office))
        for how in ("in-time", "late", "silence"):
            put("answers", how, counts[how])
        put("answers", "overdue", overdue)
        put("answers", "due", len(theirs) + overdue)
        put("answers", "share-in-time", ratio(counts["in-time"], len(theirs) + overdue))
        days = [days for _, _, days, _ in theirs]
        put("days", "median", percentile(days, 50))
        put("days", "p90", percentile(days, 90))
    source, person = sum(len(d.fetched - d.given) for d in filed), sum(len(d.given) for d in filed)
    out["papers", "", "from-source"], out["papers", "", "from-person"] = source, person
    out["papers", "", "once-only-rate"] = ratio(source, source + person)
    seconds = sum(d.seconds for d in filed)
    out["agents", "", "minutes-per-dossier"] = ratio(seconds, 60 * len(filed), by=1)
    if rules.minute_cost:
        out["agents", "", "cost-per-dossier"] = ratio(seconds * decimal.Decimal(rules.minute_cost), 60 * len(filed), 2, 1)
    complaints = [d for d in filed if d.complaint]
    for name, limit in (("acknowledged", 15), ("closed", 60)):
        due = [d for d in complaints if d.filed + limit * DAY < as_of]
        in_time = sum(getattr(d, name) is not None and (getattr(d, name) - d.filed).days <= limit for d in due)
        out["complaints", name, "due"], out["complaints", name, "in-time"] = len(due), in_time
        out["complaints", name, "share-in-time"] = ratio(in_time, len(due))
    answered = [d for d in complaints if d.answers]
    reopened, rated = sum(d.reopened for d in answered), [d for d in complaints if d.satisfied is not None]
    satisfied = sum(d.satisfied for d in rated)
    out["complaints", "reopened", "answered"], out["complaints", "reopened", "reopened"] = len(answered), reopened
    out["complaints", "reopened", "share-reopened"] = ratio(reopened, len(answered))
    out["complaints", "satisfaction", "rated"], out["complaints", "satisfaction", "satisfied"] = len(rated), satisfied
    out["complaints", "satisfaction", "share-satisfied"] = ratio(satisfied, len(rated))
    a_year_ago = datetime.date(as_of.year - 1, as_of.month, min(as_of.day, 28 if as_of.month == 2 else as_of.day)) + DAY
    out["companies", "", "online"] = len({d.company for d in dossiers if d.company and d.filed >= a_year_ago})
    out["companies", "", "register"] = rules.register
    out["companies", "", "share-online"] = ratio(out["companies", "", "online"], rules.register)
    stages = [stage(sheet, rules.pays_online) for sheet in rules.sheets]
    for one in range(6):
        out["procedures", "", f"stage-{one}"] = stages.count(one)
    out["procedures", "", "share-online"] = ratio(stages.count(4) + stages.count(5), len(stages))
    out |= taking_part(rules)
    for figure, group_of, groups in (
            ("divide-way", lambda d: "assisted" if d.way in ("counter", "helper") else "alone", ("alone", "assisted")),
            ("divide-language", lambda d: d.language, (*LANGUAGES, "other"))):
        for group in groups:
            mine = [a for d, a in answers if group_of(d) == group]
            good = sum(a[3] for a in mine)
            out[figure, group, "answered"], out[figure, group, "favourable"] = len(mine), good
            out[figure, group, "share-of-answers"] = ratio(len(mine), len(answers))
            out[figure, group, "share-favourable"] = ratio(good, len(mine))
            out[figure, group, "median"] = percentile([a[2] for a in mine], 50)
            out[figure, group, "p90"] = percentile([a[2] for a in mine], 90)
    return out


def taking_part(rules):
    forum, out = rules.forum, {}
    closed = sum(one in forum.answered or closes <= rules.now for one, closes in forum.closes.items())
    for of, part, value in (("consultations", "published", len(forum.closes)), ("consultations", "closed", closed),
                            ("consultations", "answered", len(forum.answered)),
                            ("consultations", "share-answered", ratio(len(forum.answered), closed)),
                            ("comments", "all", len(forum.comments)), ("comments", "hidden", len(forum.hidden)),
                            ("comments", "supports", forum.supports),
                            ("suggestions", "received", len(forum.suggestions)), ("suggestions", "handled", len(forum.handled))):
        out["taking-part", of, part] = value
    return out


COUNTS = {"page", "counter", "helper", "post", "all", "asked", "not-asked", "in-time", "late", "silence", "overdue", "due",
          "from-source", "from-person", "online", "answered", "favourable", "reopened", "rated", "satisfied", "received", "handled"}
# Every text and every support of these stands one by one in the public record: their numbers reveal nothing more.
PUBLIC_RECORD = {("taking-part", "consultations"), ("taking-part", "comments")}


def compare(mine, page, smallest):
    """Every difference in words."""
    faults, published = [], {}
    for line in page["figures"]:
        if line["figure"] == "divide-area":
            continue  # over several members
        published[line["figure"], line["of"], line["part"]] = line
    for key in sorted(mine.keys() | published.keys(), key=str):
        line = published.get(key)
        if line is None:
            faults.append(f"{key}: not published, {mine[key]} here")
        elif key not in mine:
            faults.append(f"{key}: published, unknown here")
        elif line["value"] is not None:
            if mine[key] is None or decimal.Decimal(str(line["value"])) != decimal.Decimal(str(mine[key])):
                faults.append(f"{key}: {line['value']} published, {mine[key]} here")
            elif key[:2] not in PUBLIC_RECORD and key[2] in COUNTS and 0 < decimal.Decimal(str(line["value"])) < smallest:
                faults.append(f"{key}: {line['value']} is small and published")
        elif line["why"] == "no-denominator" and mine[key] is not None:
            faults.append(f"{key}: nothing to divide by, it says; {mine[key]} here")
    return faults


def main():
    parser = argparse.ArgumentParser(description="The public figures from the journal export.")
    parser.add_argument("export", nargs="?", type=argparse.FileType("r", encoding="utf-8"), default=sys.stdin)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--as-of", type=datetime.date.fromisoformat, required=True)
    parser.add_argument("--page", type=argparse.FileType("r", encoding="utf-8"))
    arguments = parser.parse_args()
    try:
        rules, dossiers = read(iter(arguments.export))
    except (ValueError, KeyError, StopIteration) as problem:
        print(f"recount-figures: unreadable: {problem!r}", file=sys.stderr)
        return 2
    mine = figures(rules, dossiers, arguments.year, arguments.as_of)
    if arguments.page is None:
        for (figure, of, part), value in sorted(mine.items()):
            print(f"{figure}\t{of}\t{part}\t{'-' if value is None else value}")
        return 0
    page = json.load(arguments.page, parse_float=decimal.Decimal)
    faults = compare(mine, page, page["smallest_count"])
    for fault in faults:
        print(fault)
    if not faults:
        shown = sum(line["value"] is not None for line in page["figures"])
        print(f"equal: {len(mine)} figures of {len(dossiers)} dossiers, {shown} published")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
