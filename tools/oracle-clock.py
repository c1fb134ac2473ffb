#!/usr/bin/env python3
"""The legal clock a second time, as plainly as possible: one step a day, no arithmetic on spans.

Reads JSON lines: a calendar line {"weekend": [6, 7], "holidays": ["2026-01-01", …], "roll": true, "zone": "…"} holds for the
cases after it; a case line gives back one line {"due", "last", "day", "stopped", "of"}. Rules, from law 55-19 and the pack:

  - the day the file was complete is not counted; a delay of 0 is due that day, or the next working day;
  - a stop runs from the day after the request to the day of the answer, both included; it stands still (or starts again);
  - an extension is counted on from the last day of the delay;
  - the last day is never inside a pending request, and rolls over to a working day when the pack says so.
"""
import datetime
import json
import sys
import zoneinfo

DAY = datetime.timedelta(days=1)
FOR_EVER = 8000


class Case:
    def __init__(self, calendar, case):
        self.zone = zoneinfo.ZoneInfo(calendar["zone"])
        self.weekend = calendar["weekend"]
        self.holidays = set(calendar["holidays"])
        self.roll = calendar["roll"]
        self.case = case
        self.start = self.local(case["complete"])
        self.stops = []
        for begin, end in case["stops"]:
            first = max(self.local(begin), self.start)
            self.stops.append((first, None if end is None else max(first, self.local(end))))
        if case["effect"] == "restarts":
            pending = [stop for stop in self.stops if stop[1] is None]
            # A request that is asked before the one at hand was answered is part of it.
            answered = [end for begin, end in self.stops
                        if end is not None and not any(p[0] <= end for p in pending)]
            if answered:
                self.start = max(answered)
            self.stops = [(max(p[0], self.start), None) for p in self.merged_pending()]

    def merged_pending(self):
        """The pending stop begins where the first stop that touches it begins."""
        pending = [stop for stop in self.stops if stop[1] is None]
        if not pending:
            return []
        first = min(stop[0] for stop in pending)
        moved = True
        while moved:
            moved = False
            for begin, end in self.stops:
                if end is not None and begin < first <= end:
                    first, moved = begin, True
        return [(first, None)]

    def local(self, seconds):
        return datetime.datetime.fromtimestamp(seconds, self.zone).date()

    def works(self, day):
        return day.isoweekday() not in self.weekend and day.isoformat() not in self.holidays

    def stands_still(self, day):
        return any(begin < day and (end is None or day <= end) for begin, end in self.stops)

    def awaits(self, day):
        return any(begin <= day and (end is None or day < end) for begin, end in self.stops)

    def length(self, delay, day):
        if delay["unit"] == "day":
            return delay["n"]
        month = day.month - 1 + delay["n"]
        year, month = day.year + month // 12, month % 12 + 1
        last = 31
        while True:
            try:
                return (datetime.date(year, month, min(day.day, last)) - day).days
            except ValueError:
                last -= 1

    def walk(self, day, n, working):
        steps = 0
        while n > 0:
            day += DAY
            steps += 1
            if steps > FOR_EVER:
                return None
            if self.stands_still(day) or (working and not self.works(day)):
                continue
            n -= 1
        return day

    def settle(self, day, must_work):
        steps = 0
        while self.awaits(day) or ((must_work or self.roll) and not self.works(day)):
            day += DAY
            steps += 1
            if steps > FOR_EVER:
                return None
        return day

    def count(self, until, working):
        day, total = self.start, 0
        while day < until:
            day += DAY
            if not self.stands_still(day) and (not working or self.works(day)):
                total += 1
        return total

    def answer(self):
        delay, extension = self.case["delay"], self.case["extension"]
        working = delay["working"] and delay["unit"] == "day"
        n = self.length(delay, self.start)
        last, of, ends_working, at_once, counter = self.walk(self.start, n, working), n, working, n == 0, working
        if extension is not None and last is not None:
            more = self.length(extension, last)
            ends_working = extension["working"] and extension["unit"] == "day"
            at_once = at_once and more == 0
            last = self.walk(last, more, ends_working)
            if ends_working == working or n == 0:
                of, counter = n + more, ends_working
            elif last is not None:
                counter, of = False, self.count(last, False)
        due = None if last is None else self.settle(last, ends_working or at_once)
        today = self.local(self.case["now"])
        stopped, day = 0, self.start
        while day < today:
            day += DAY
            stopped += self.stands_still(day)
        out = {"due": None, "last": None, "day": None, "stopped": stopped, "of": None}
        if due is not None:
            midnight = datetime.datetime.combine(due + DAY, datetime.time(), self.zone)
            out |= {"due": due.isoformat(), "last": int(midnight.timestamp()), "of": of,
                    "day": self.count(today, counter)}
        return out


def main():
    calendar = None
    for line in sys.stdin:
        value = json.loads(line)
        if "weekend" in value:
            calendar = value
        else:
            print(json.dumps(Case(calendar, value).answer()))


main()
