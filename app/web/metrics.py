"""`GET /metrics`: counters and current gauges in Prometheus format."""

from collections.abc import Callable, Iterator, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.store.database import Database, UnavailableError
from app.store.server import stats
from app.usecases.watch import Watch

Sockets = Callable[[], Mapping[str, int]]


def make_metrics(watch: Watch, database: Database, sockets: Sockets | None) -> Handler:
    """Return the handler for scrapes; `routes.py` protects it."""

    async def answer_scrape(request: web.Request) -> web.Response:
        backlog = await _read_backlog(database)
        registry = CollectorRegistry()
        registry.register(_Scrape(watch, [
            *_measure_pool(database.read_pool_state()),
            *_measure_outbox(backlog),
            *(_measure_sockets(sockets()) if sockets else ()),
        ]))  # fmt: skip
        encode, kind = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": kind})

    return answer_scrape


class _Scrape(Collector):
    """One scrape: the counters, and the gauges of *now*."""

    def __init__(self, watch: Watch, now: list[Metric]) -> None:
        self._watch = watch
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield every metric, leaving out the creation times of counters."""
        for metric in self._watch.registry.collect():
            metric.samples = [s for s in metric.samples if not s.name.endswith("_created")]
            yield metric
        yield from self._now


async def _read_backlog(database: Database) -> tuple[int, float | None] | None:
    try:
        return await database.run(stats.read_outbox_backlog, patience=database.limits.page)
    except UnavailableError:
        return None


def _measure_outbox(backlog: tuple[int, float | None] | None) -> Iterator[Metric]:
    """Yield whether the database is up, and the outbox's backlog if it is."""
    up = backlog is not None
    yield GaugeMetricFamily("pptbot_database_up", "Whether the database responds", float(up))
    if backlog:
        waiting, oldest = backlog
        yield GaugeMetricFamily("pptbot_outbox_waiting", "Replies waiting to be posted", waiting)
        yield GaugeMetricFamily(
            "pptbot_outbox_oldest_seconds",
            "Age of the oldest reply waiting to be posted; 0 if there is none",
            oldest or 0.0,
        )


def _measure_pool(state: Mapping[str, int]) -> Iterator[Metric]:
    sizes = GaugeMetricFamily("pptbot_pool_connections", "Database connections", labels=["state"])
    for name in ("total", "idle", "max"):
        sizes.add_metric([name], state[name])
    yield sizes
    yield GaugeMetricFamily(
        "pptbot_pool_waiting", "Queries waiting for a connection", state["waiting"]
    )
    yield CounterMetricFamily(
        "pptbot_pool_requests", "Requests for a connection", state["requests"]
    )
    yield CounterMetricFamily(
        "pptbot_pool_errors", "Requests for a connection that failed", state["errors"]
    )


def _measure_sockets(state: Mapping[str, int]) -> Iterator[Metric]:
    sockets = GaugeMetricFamily("pptbot_sockets", "Socket Mode connections", labels=["state"])
    for name in ("wanted", "up"):
        sockets.add_metric([name], state[name])
    yield sockets
