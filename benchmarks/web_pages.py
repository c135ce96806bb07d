"""How long every page takes with many records in the room: ``make bench-web``.

``python -m benchmarks.web_pages [--database sqlite|postgresql] [--records N] [--home FOLDER]``

The pages come from the URL resolver: each address of an operation that is read, each list also
searched, filtered, sorted and far down, each address of the API. Requests go through the whole
application (middleware, session of a person signed in, templates) in this process; what a server
and a network add is in `benchmarks.web_load`. Two people ask: one of the inquiry, who sees all, and
an examiner, from whom statements and protected sites are hidden.
"""

from __future__ import annotations

import argparse
import logging
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.web_server import DATABASES, filled, prepared

GOAL_MS = 300
TIMES = 4
MOST_SECONDS = 8  # spent on one page; after two answers the rest are not asked for
FEW = 500  # lists of fewer records are measured as they open, no further
SEARCHES = {
    "a frequent word": ("pit", "invented", "الوكالة"),
    "a place": ("Tell Ahmar", "Kafr Sayf", "Rasm al-Hawa"),
    "a name": ("Hussein", "حسين", "Khalaf"),
    "a code": ("00042", "99", "01234"),
    "three words": ("civil defence commander", "invented pit 12", "محمد حسين خالد"),
    "nothing": ("zzyzx", "qqqqq", "ظظظظ"),
}


@dataclass
class Page:
    """An address to ask for again and again: what it is, and its variants."""

    kind: str  # list, searched, record, API list …
    name: str  # the name of its route
    addresses: list[str]
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    busy_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def p(self, percent: int) -> float:
        """Return a percentile of the time by the clock, of the slower of the two people."""
        return max(map(_percentile(percent), self.ms.values()))

    def busy(self, percent: int) -> float:
        """Return the same of the processor's time, of this process and of PostgreSQL's."""
        return max(map(_percentile(percent), self.busy_ms.values()))


def _percentile(percent: int) -> Callable[[list[float]], float]:
    return lambda ms: statistics.quantiles(ms, n=100, method="inclusive")[percent - 1]


def main(arguments: list[str]) -> int:
    """Measure and print; return 1 where a page's p95 is over the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help="folder to keep between runs")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--only", default="", help="routes whose name contains this")
    chosen = parser.parse_args(arguments)
    home = chosen.home or Path("build") / f"bench-web-{chosen.database}-{chosen.records}"
    with prepared(chosen.database, home):
        filled(chosen.records)
        pages = [p for p in all_pages(chosen.times) if chosen.only in p.name]
        measure(pages)
    report(pages)
    slow = [page for page in pages if page.p(95) > GOAL_MS]
    return 1 if slow else 0


def measure(pages: list[Page]) -> None:
    """Ask for every address of every page as both people; the first answer only warms up."""
    from django.test import Client

    from forename.accounts.models import User

    logging.disable(logging.WARNING)  # a page that is not there for this person
    clients = {}
    for who, email in (("inquiry", "p0"), ("examiner", "p1")):
        client = Client(headers={"host": "localhost"})
        client.force_login(
            User.objects.get(email=f"{email}@measured.example"),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        clients[who] = client
    for number, page in enumerate(pages, start=1):
        if number % 25 == 0:
            print(f"{number} of {len(pages)} pages", file=sys.stderr, flush=True)
        for who, client in clients.items():
            _ask(client, page.addresses[0])
            _finish_jobs()
            ends = time.monotonic() + MOST_SECONDS
            for asked, address in enumerate(page.addresses):
                if asked > 1 and time.monotonic() > ends:
                    break
                begun, busy = time.perf_counter(), _processor_time()
                status = _ask(client, address)
                if status in (200, 202, 302):  # 202: a large export, made in the background
                    page.ms[who].append(1000 * (time.perf_counter() - begun))
                    page.busy_ms[who].append(1000 * (_processor_time() - busy))
                elif status not in (404, 405):  # not for this person, or not read
                    sys.exit(f"{address} answers {status}")
        for kept in (page.ms, page.busy_ms):
            for who in [who for who, ms in kept.items() if len(ms) < 2]:
                del kept[who]


def _finish_jobs() -> None:
    """Do the pairing of lists that a page has just asked for: the page is measured after it."""
    from forename.records.jobs import run_job
    from forename.records.models import Job
    from forename.report.comparisons import FILE_WORK, WORK

    for job in Job.objects.filter(kind__in=(WORK, FILE_WORK), state=Job.State.WAITING):
        run_job.call(str(job.pk))


def _ask(client: Any, address: str) -> int:
    answer = client.get(address)
    if getattr(answer, "streaming", False):
        for _part in answer.streaming_content:
            pass
    return int(answer.status_code)


def _processor_time() -> float:
    """Return the seconds this process and its PostgreSQL connection's have computed so far."""
    from django.db import connection

    used = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            schedule = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        if schedule.is_file():  # a server on this machine
            used += int(schedule.read_text().split()[0]) / 1e9
    return used


def report(pages: list[Page]) -> None:
    """Print the slowest page of every kind, then every page over the goal."""
    pages[:] = [page for page in pages if page.ms]
    by_kind: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        by_kind[page.kind].append(page)
    print("| page | routes | p50 ms | p95 ms | p95 ms of processor | slowest route |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for kind, here in by_kind.items():
        slowest = max(here, key=lambda page: page.p(95))
        middle = statistics.median(page.p(50) for page in here)
        busy = max(page.busy(95) for page in here)
        print(f"| {kind} | {len(here)} | {middle:.0f} | {slowest.p(95):.0f} | {busy:.0f} "
              f"| {slowest.name} |")  # fmt: skip
    over = sorted((p for p in pages if p.p(95) > GOAL_MS), key=lambda page: -page.p(95))
    print(f"\n{len(pages)} pages measured, {len(over)} over {GOAL_MS} ms:")
    for page in over:
        who = ", ".join(f"{w} {statistics.median(ms):.0f}" for w, ms in page.ms.items())
        print(f"  {page.p(95):6.0f} ms, {page.busy(95):.0f} of processor, {page.kind}: {page.name} "
              f"(medians: {who})")  # fmt: skip


def all_pages(times: int) -> list[Page]:
    """Return every address that is read, from the URL resolver, with variants of lists."""
    from django.urls import get_resolver

    from forename.records.kinds import registered

    pages = []
    routes = sorted(_routes(get_resolver().url_patterns))  # kinds are known once these load
    kinds = {kind.url_name: kind for kind in registered()}
    for name, route in routes:
        if not route.startswith(("o/<slug:operation>/", "api/o/<slug:operation>/")):
            continue
        api = route.startswith("api/")
        kind = _kind_of_route(route, kinds)
        step = name.removeprefix(f"{kind.url_name}-") if kind is not None else ""
        addresses = _filled(route, kind, step, times)
        if not addresses:
            continue
        said = route.split("/", 3)[3] if api else name  # many routes of the API have one name
        if kind is not None and route.endswith(f"/{kind.path}/"):
            pages += _of_list(kind, addresses[0], said, times, "API " if api else "")
        else:
            pages.append(Page(_what(route, step, api, kind), said, addresses))
    home = "/o/measured/"
    pages.append(Page("first screen", "operation", [home] * times))
    return pages


def _what(route: str, step: str, api: bool, kind: Any) -> str:
    if api:
        return "API history" if route.endswith("history/") else "API record"
    if step == "page":
        return "record"
    if step == "export":
        return "export of a search"
    if kind is not None and any(s.name == step for s in kind.steps):
        return "form"
    return "other page"


def _of_list(kind: Any, address: str, name: str, times: int, api: str) -> Iterator[Page]:
    rows = kind.model._base_manager.filter(operation__slug="measured").count()
    last = max(1, -(-rows // 50))
    yield Page(f"{api}list", name, [address] * times)
    if api or rows < FEW:  # the API reads lists as pages do
        return
    deep = [f"{address}?page={page}" for page in (last, last // 2, last - 7, last // 3)]
    yield Page("list, far down", name, (deep * times)[:times])
    for what, words in SEARCHES.items():
        asked = [f"{address}?q={word}" for word in words]
        yield Page(f"list, searched for {what}", name, (asked * times)[:times])
    deep = [f"{address}?q={word}&page=9999" for word in SEARCHES["a frequent word"]]
    yield Page("list, searched and far down", name, (deep * times)[:times])
    from forename.records.listing import _sortable

    actor = _actor()
    for column in kind.columns:
        if not column.exported_only and _sortable(kind, actor, column.name):
            sorted_by = [f"{address}?order={sign}{column.name}" for sign in ("", "-")]
            yield Page("list, sorted", f"{name}: {column.name}", (sorted_by * times)[:times])
    for each in kind.filters:
        values = [value for value, _ in each.choices(actor)]
        chosen = [f"{address}?{each.name}={value}" for value in values[:8]]
        if chosen:
            yield Page("list, filtered", f"{name}: {each.name}", (chosen * times)[:times])
            both = [f"{each}&q=invented" for each in chosen]
            yield Page("list, filtered and searched", f"{name}: {each.name}",
                       (both * times)[:times])  # fmt: skip


def _actor() -> Any:
    from forename.accounts.access import actor_in
    from forename.accounts.models import Operation, User

    return actor_in(
        User.objects.get(email="p0@measured.example"), Operation.objects.get(slug="measured")
    )


def _kind_of_route(route: str, kinds: dict[str, Any]) -> Any:
    parts = route.removeprefix("api/").split("/")
    return kinds.get(f"{parts[2]}-{parts[3]}") if len(parts) > 3 else None


def _filled(route: str, kind: Any, step: str, times: int) -> list[str]:
    """Return addresses of a route for several records; none where there is no record for it."""
    route = "/" + route.replace("<slug:operation>", "measured")
    if "<slug:form>" in route:
        route = route.replace("<slug:form>", "csv")
        if step == "export":
            return [f"{route}?q={word}" for word in ("00042", "Hussein 77")] * (times // 2)
    if "<uuid:other>" in route or "<str:" in route or "<int:" in route:
        return []
    if "<uuid" not in route:
        return [route] * times
    if kind is None:
        return []
    keys = _records(kind, times)
    if "compare" in route and kind.path == "lists":
        edition = kind.model.objects.exclude(edition_of=None).first()
        keys = [edition.pk] * times if edition is not None else []
    return [re.sub("<uuid(str)?:pk>", str(key), route) for key in keys]


def _records(kind: Any, times: int) -> list[Any]:
    """Return keys of records: the first, which much hangs on, the last, and others between."""
    rows = kind.model._base_manager.filter(operation__slug="measured").order_by("created_at", "pk")
    count = rows.count()
    places = [round(place * (count - 1) / max(1, times - 1)) for place in range(times)]
    return [rows.values_list("pk", flat=True)[place] for place in places] if count else []


def _routes(patterns: Any, route: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    from django.urls import URLResolver

    for pattern in patterns:
        full = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _routes(pattern.url_patterns, full, space + inner)
        elif _is_read(pattern):
            yield space + (pattern.name or ""), full


def _is_read(pattern: Any) -> bool:
    methods = getattr(pattern.callback, "methods", None)
    if methods is not None:
        return "GET" in methods
    operations = getattr(pattern.callback, "__self__", None)  # the API's view of a path
    return operations is None or any(
        "GET" in operation.methods for operation in getattr(operations, "operations", [])
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
