"""The core of the rate limiter: what may go when, in virtual time."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groq._helpers.estimates import Estimates, token_cost
from groq._helpers.limits import UNITS, WINDOWS, Booking, Bucket, Limits
from groq._rate_limits import LimitExceeded, RateLimit, RateLimitWindow

DAY = 86_400.0
NOTHING = RateLimitWindow(None, None, None)


class Server:
    """Limits as the API has them: leaky buckets, which refuse what does not fit."""

    def __init__(self, **limits: float) -> None:
        self.limits = dict(limits)
        self.used = dict.fromkeys(limits, 0.0)
        self.now = 0.0
        self.spent = dict.fromkeys(limits, 0.0)
        self.refusals = 0
        self.too_large = 0

    def go_to(self, now: float) -> None:
        for name, limit in self.limits.items():
            leaked = (now - self.now) * limit / WINDOWS[name]
            self.used[name] = max(0.0, self.used[name] - leaked)
        self.now = now

    def admit(self, now: float, cost: dict[str, float]) -> LimitExceeded | None:
        self.go_to(now)
        for name, limit in self.limits.items():
            amount = cost.get(UNITS[name], 0.0)
            over = self.used[name] + amount - limit
            if over > 1e-6:
                self.refusals += 1
                self.too_large += amount > limit
                kind, _, per = name.partition("_per_")
                wait = over * WINDOWS[name] / limit
                used = self.used[name]
                return LimitExceeded(kind, per, limit, used, amount, wait)  # type: ignore[arg-type]  # a name of WINDOWS
        for name in self.limits:
            amount = cost.get(UNITS[name], 0.0)
            self.used[name] += amount
            self.spent[name] += amount
        return None

    def settle(self, now: float, reserved: dict[str, float], used: dict[str, float]) -> None:
        self.go_to(now)
        for name in self.limits:
            back = reserved.get(UNITS[name], 0.0) - used.get(UNITS[name], 0.0)
            self.used[name] = max(0.0, self.used[name] - back)
            self.spent[name] -= back

    def headers(self) -> RateLimit | None:
        windows: list[RateLimitWindow] = []
        for name in ("requests_per_day", "tokens_per_minute"):
            limit = self.limits.get(name)
            left = None if limit is None else int(limit - self.used[name])
            windows.append(RateLimitWindow(None if limit is None else int(limit), left, None))
        return RateLimit(*windows)


@dataclass
class Call:
    """One call of a simulation: what it asks for, and what it turns out to use."""

    size: int
    prompt: int
    most: int
    output: int
    arrived: float = 0.0
    booking: Booking | None = None


@dataclass
class Simulation:
    """Runs calls through the core and a server, an event at a time; nothing sleeps."""

    server: Server
    limits: Limits = field(default_factory=Limits)
    latency: Callable[[random.Random], float] = lambda chance: chance.uniform(0.02, 0.1)
    duration: Callable[[random.Random], float] = lambda chance: chance.uniform(0.2, 3.0)
    told: dict[str, float] = field(default_factory=dict[str, float])
    seed: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.now = 0.0
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.count = itertools.count()
        self.waiting: deque[Call] = deque()
        self.in_flight: list[Booking] = []
        self.kinds = Counter[str]()
        self.done: list[Call] = []
        self.started: list[Call] = []
        self.wakes = 0
        self.alarm = 0
        self.ends = 0.0

    def at(self, moment: float, action: Callable[[], None]) -> None:
        heapq.heappush(self.events, (moment, next(self.count), action))

    def add(self, moment: float, call: Call) -> None:
        call.arrived = moment

        def arrive() -> None:
            self.waiting.append(call)
            if len(self.waiting) == 1:
                self.look()

        self.at(moment, arrive)

    def run(self, until: float = float("inf")) -> None:
        while self.events and self.events[0][0] <= until:
            self.now, _, action = heapq.heappop(self.events)
            action()

    def look(self) -> None:
        """Let the first that waits go, or look again when it may."""
        self.alarm = next(self.count)
        while self.waiting:
            self.wakes += 1
            if len(self.in_flight) >= self.limits.in_flight_limit:
                return  # the next answer looks again
            call = self.waiting[0]
            self.limits.tell(self.now, self.told, 1.0)
            booking = self.limits.book(
                self.now, self.limits.estimates.text_cost(call.size, call.most)
            )
            if not booking.is_booked:
                self.at(booking.start, partial(self.ring, self.alarm))
                return
            self.waiting.popleft()
            self.send(call, booking)

    def ring(self, alarm: int) -> None:
        if alarm == self.alarm:  # else it was looked since, and another one is set
            self.look()

    def send(self, call: Call, booking: Booking) -> None:
        self.in_flight.append(booking)
        call.booking = booking
        self.started.append(call)
        there, back = self.latency(self.chance), self.latency(self.chance)

        def arrive() -> None:
            refused = self.server.admit(self.now, dict(token_cost(call.prompt, call.most)))
            head = self.server.headers()
            if refused is not None:
                self.at(self.now + back, lambda: self.refuse(call, booking, refused))
                return
            self.at(self.now + back, lambda: self.accept(booking, head))
            self.at(self.now + self.duration(self.chance) + back, lambda: self.end(call, booking))

        self.at(self.now + there, arrive)

    def accept(self, booking: Booking, head: RateLimit | None) -> None:
        self.in_flight.remove(booking)
        self.limits.accept(self.now, booking, head)
        self.look()

    def refuse(self, call: Call, booking: Booking, refused: LimitExceeded) -> None:
        self.in_flight.remove(booking)
        reserved = Counter[str]()
        for other in self.in_flight:
            reserved.update(dict(other.cost))
        self.limits.refuse(self.now, booking, refused, refused.retry_after or 0.0, reserved)
        self.kinds[f"{refused.kind}/{refused.per}"] += 1
        self.waiting.appendleft(call)
        self.look()

    def end(self, call: Call, booking: Booking) -> None:
        self.server.settle(
            self.now,
            dict(token_cost(call.prompt, call.most)),
            dict(token_cost(call.prompt, call.output)),
        )
        used = token_cost(call.prompt, call.output)
        self.limits.settle(booking, used, call.size)
        self.done.append(call)
        self.ends = self.now
        self.look()


def calls(count: int, seed: int = 1) -> list[Call]:
    """Make calls of mixed size: prompts of 50 to 1,500 tokens, answers up to 400."""
    chance = random.Random(seed)
    made: list[Call] = []
    for _ in range(count):
        prompt, most = chance.randint(50, 1500), chance.choice([50, 100, 400])
        size = round(prompt * chance.uniform(3.6, 4.4)) + 120
        made.append(Call(size, prompt, most, chance.randint(most // 4, most)))
    return made


def used_of_budget(simulation: Simulation, name: str) -> float:
    """Return what was used of what a limit allowed from the start to the last request."""
    limit = simulation.server.limits[name]
    last = max(call.booking.start for call in simulation.done if call.booking)
    return simulation.server.spent[name] / (limit * (1 + last / WINDOWS[name]))


def least_time(calls: list[Call], name: str, limit: float) -> float:
    """Return the least time in which a limit lets all of the calls go."""
    costs = [token_cost(call.prompt, call.output) for call in calls]
    total = sum(cost.get(UNITS[name], 0.0) for cost in costs)
    return max(0.0, total / limit - 1) * WINDOWS[name]


def test_500_calls_at_once_use_a_limit_that_is_unknown_to_the_full() -> None:
    server = Server(requests_per_minute=100)
    simulation = Simulation(server)
    made = calls(500)
    for call in made:
        simulation.add(0.0, call)
    simulation.run()
    assert len(simulation.done) == 500
    assert server.refusals <= 2
    last = max(call.booking.start for call in simulation.done if call.booking)
    assert last <= 1.05 * least_time(made, "requests_per_minute", 100)


LIMITS: list[dict[str, float]] = [
    {"requests_per_minute": 100},
    {"requests_per_day": 1000},
    {"tokens_per_minute": 60_000},
    {"tokens_per_day": 600_000},
    {"input_tokens_per_minute": 60_000},
    {"output_tokens_per_minute": 20_000},
    {
        "requests_per_minute": 300,
        "requests_per_day": 1900,
        "tokens_per_minute": 100_000,
        "tokens_per_day": 1_700_000,
    },
]


@pytest.mark.parametrize("limits", LIMITS, ids=lambda limits: "+".join(limits))
@pytest.mark.parametrize("seed", range(3))
def test_2000_calls_of_mixed_size_keep_to_a_limit_of_each_kind(
    limits: dict[str, float], seed: int
) -> None:
    server = Server(**limits)
    simulation = Simulation(server, seed=seed)
    made = calls(2000, seed)
    for call in made:
        simulation.add(0.0, call)
    simulation.run()
    assert len(simulation.done) == 2000
    assert server.refusals <= 10
    assert max(used_of_budget(simulation, name) for name in limits) >= 0.97


def test_the_order_is_that_of_arrival() -> None:
    simulation = Simulation(Server(tokens_per_minute=30_000))
    for number, call in enumerate(calls(300)):
        simulation.add(number * 0.01, call)
    simulation.run()
    arrivals = [call.arrived for call in simulation.started]
    assert arrivals == sorted(arrivals)


def test_one_that_waits_wakes_for_each_request() -> None:
    simulation = Simulation(Server(requests_per_minute=100), told={"requests_per_minute": 100})
    for call in calls(500):
        simulation.add(0.0, call)
    simulation.run()
    # For each call it is looked when one goes, when one is answered, and when one has ended.
    assert simulation.wakes <= 4 * 500


def test_a_day_of_traffic_meets_no_limit_in_vain() -> None:
    limits = {
        "requests_per_minute": 30.0,
        "requests_per_day": 14_400.0,
        "tokens_per_minute": 20_000.0,
        "tokens_per_day": 5_000_000.0,
    }
    simulation = Simulation(Server(**limits))
    chance = random.Random(5)
    moment, made = 0.0, calls(12_000, 3)
    for number, call in enumerate(made):
        # By day there is more to do than by night; at times all comes at once.
        busy = 1.0 if 8 * 3600 < moment % DAY < 20 * 3600 else 0.2
        moment += 0.0 if number % 500 < 60 else chance.expovariate(0.2 * busy)
        simulation.add(moment, call)
    simulation.run()
    assert len(simulation.done) == 12_000
    assert simulation.server.refusals <= 12


@pytest.mark.parametrize("name", ["requests_per_minute", "tokens_per_minute", "tokens_per_day"])
def test_a_limit_that_is_halved_is_learnt_within_a_window(name: str) -> None:
    limit = {"requests_per_minute": 200.0, "tokens_per_minute": 200_000.0, "tokens_per_day": 1e6}[
        name
    ]
    server = Server(**{name: limit})
    simulation = Simulation(server)
    for call in calls(2000):
        simulation.add(0.0, call)
    simulation.run(until=120.0)
    server.limits[name] = limit / 2
    before = server.refusals
    simulation.run(until=simulation.now + WINDOWS[name])
    learnt = server.refusals
    assert simulation.limits.buckets[name].allowed == limit / 2
    simulation.run()
    assert len(simulation.done) == 2000
    assert learnt - before <= 10
    assert server.refusals == learnt


def test_the_window_of_a_limit_is_read_from_its_reset() -> None:
    """A proxy, or a server for tests, may count requests in five seconds where Groq has a day."""
    limits = Limits()
    for used in range(1, 101):
        booking = limits.book(0.0, {"requests": 1})
        reset = timedelta(seconds=5 * used / 100)
        limits.accept(0.0, booking, RateLimit(RateLimitWindow(100, 100 - used, reset), NOTHING))
    assert limits.in_flight_limit == float("inf")
    assert limits.book(0.0, {"requests": 1}).start == pytest.approx(0.05)


def test_a_day_of_requests_is_a_day() -> None:
    limits = Limits()
    booking = limits.book(0.0, {"requests": 1})
    reset = timedelta(seconds=86.4)
    limits.accept(0.0, booking, RateLimit(RateLimitWindow(1000, 999, reset), NOTHING))
    assert limits.buckets["requests_per_day"].window == pytest.approx(DAY)
    assert limits.in_flight_limit == 2


def test_use_by_other_clients_is_read_from_the_headers() -> None:
    server = Server(tokens_per_minute=60_000)
    simulation = Simulation(server)

    def use() -> None:
        server.admit(simulation.now, {"tokens": 5000})
        if simulation.now < 600:
            simulation.at(simulation.now + 10, use)

    use()
    for call in calls(500):
        simulation.add(0.0, call)
    simulation.run()
    assert len(simulation.done) == 500
    assert sum(simulation.kinds.values()) <= 10


def test_a_request_above_a_known_limit_is_too_large() -> None:
    limits = Limits()
    assert limits.too_large(token_cost(5000, 5000)) is None
    limits.tell(0.0, {"tokens_per_minute": 8000}, 1.0)
    assert limits.too_large(token_cost(5000, 5000)) == "tokens_per_minute"
    assert limits.too_large(token_cost(5000, 3000)) is None


def test_only_the_share_of_a_limit_is_used() -> None:
    limits = Limits()
    limits.tell(0.0, {"requests_per_minute": 160}, 1 / 16)
    starts = [limits.book(0.0, {"requests": 1}, ahead=True).start for _ in range(20)]
    assert starts[:10] == [0.0] * 10
    assert starts[10:] == pytest.approx([6.0 * number for number in range(1, 11)])


def test_a_refusal_voids_earlier_bookings() -> None:
    limits = Limits()
    limits.tell(0.0, {"requests_per_minute": 60}, 1.0)
    first = [limits.book(0.0, {"requests": 1}, ahead=True) for _ in range(61)]
    refused = LimitExceeded("requests", "minute", 30, 30, 1, 2.0)
    limits.refuse(0.5, first[0], refused, 2.0, {})
    assert limits.epoch != first[-1].epoch
    limits.cancel(first[-1])
    assert limits.book(0.5, {"requests": 1}, ahead=True).start >= 2.5


def test_a_limit_that_was_not_named_for_a_day_is_forgotten() -> None:
    limits = Limits()
    refused = LimitExceeded("requests", "minute", 1, 1, 1, 60.0)
    limits.refuse(0.0, limits.book(0.0, {"requests": 1}), refused, 60.0, {})
    limits.book(DAY, {"requests": 1})
    assert limits.buckets
    limits.book(2 * DAY, {"requests": 1})
    assert not limits.buckets


def test_the_state_is_the_same_when_it_is_read_again() -> None:
    simulation = Simulation(Server(requests_per_day=1000, tokens_per_minute=60_000))
    for call in calls(20):
        simulation.add(0.0, call)
    simulation.run()
    text = simulation.limits.to_json()
    assert Limits.from_json(text) == simulation.limits


@given(
    limit=st.integers(1, 1000),
    costs=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 50)), min_size=1, max_size=60),
)
def test_no_bucket_of_a_server_ever_overflows(limit: int, costs: list[tuple[float, float]]) -> None:
    limits = Limits()
    limits.tell(0.0, {"tokens_per_minute": limit}, 1.0)
    server = Server(tokens_per_minute=limit)
    now = 0.0
    for pause, amount in costs:
        now += pause
        cost: Any = {"requests": 1, "tokens": min(amount, limit)}
        booking = limits.book(now, cost)
        if not booking.is_booked:
            assert booking.start > now
            now = booking.start
            booking = limits.book(now, cost)
        assert booking.is_booked
        assert server.admit(now, cost) is None


# ----------------------------------------------------------------- single steps, in exact numbers


def full(**limits: float) -> Limits:
    """Return limits that are known and of which nothing is used."""
    made = Limits()
    made.tell(0.0, limits, 1.0)
    return made


def test_a_limit_of_another_unit_does_not_apply() -> None:
    assert full(audio_seconds_per_hour=0.5).too_large({"requests": 1}) is None


def test_refusals_are_counted() -> None:
    limits = Limits()
    for count in range(1, 4):
        limits.refuse(0.0, limits.book(0.0, {"requests": 1}), None, 0.0, {})
        assert limits.epoch == count


@pytest.mark.parametrize(
    "exceeded",
    [
        LimitExceeded("requests", "minute", None, None, None, 1.0),
        LimitExceeded("requests", "week", 5, 5, 1, 1.0),  # type: ignore[arg-type]  # no window of Groq's
        None,
    ],
    ids=["without a number", "of an unknown window", "without a name"],
)
def test_a_refusal_for_a_limit_that_cannot_be_used_is_waited_for_alone(
    exceeded: LimitExceeded | None,
) -> None:
    limits = Limits()
    limits.refuse(10.0, limits.book(10.0, {"requests": 1}), exceeded, 3.0, {})
    assert not limits.buckets
    assert limits.book(10.0, {"requests": 1}).start == 13.0


def test_a_refusal_sets_the_level_less_reserved_tokens() -> None:
    limits = Limits()
    exceeded = LimitExceeded("tokens", "minute", 600, 400, 300, 5.0)
    booking = limits.book(0.0, {"requests": 1, "tokens": 300})
    limits.refuse(0.0, booking, exceeded, 0.0, {"tokens": 50})
    # 600 - 400 are left, less a tenth of a second's worth and what the others have reserved.
    assert limits.buckets["tokens_per_minute"].level == pytest.approx(200 - 1 - 50)
    alone = Limits()
    alone.refuse(0.0, alone.book(0.0, {"requests": 1}), exceeded, 0.0, {"requests": 1})
    assert alone.buckets["tokens_per_minute"].level == pytest.approx(200 - 1)


def test_a_refusal_of_a_known_limit_only_lowers_it() -> None:
    limits = full(tokens_per_minute=600)
    for used, level in ((400, 199), (100, 199), (500, 99)):
        wait = max(0, used + 300 - 600) / 10
        exceeded = LimitExceeded("tokens", "minute", 600, used, 300, wait)
        limits.refuse(0.0, limits.book(0.0, {"requests": 1}), exceeded, 0.0, {"tokens": 50})
        assert limits.buckets["tokens_per_minute"].level == pytest.approx(level)


def test_future_bookings_do_not_count_as_used() -> None:
    limits = full(requests_per_minute=1, tokens_per_minute=600)
    first = limits.book(0.0, {"requests": 1})
    later = limits.book(0.0, {"requests": 1, "tokens": 50}, ahead=True)
    assert later.start == pytest.approx(60.0)
    exceeded = LimitExceeded("tokens", "minute", 600, 600, 60, 5.0)
    limits.refuse(0.0, first, exceeded, 0.0, {})
    # Nothing is left now; ten a second come until 60 s, less those of a tenth, and 50 are booked.
    assert limits.buckets["tokens_per_minute"].level == pytest.approx(599 - 50)
    limits.cancel(later)
    assert limits.buckets["tokens_per_minute"].ahead == []


def test_a_future_booking_counts_as_used_from_its_start() -> None:
    bucket = Bucket(60, 100, ahead=[[15.0, 30.0], [25.0, 5.0], [40.0, 1.0]])
    assert bucket.ahead_of(10.0) == 36
    assert bucket.ahead_of(20.0) == 6
    assert bucket.ahead_of(25.0) == 1


def test_a_request_that_says_no_usage_has_used_all_that_it_reserved() -> None:
    limits = full(tokens_per_minute=100)
    limits.settle(limits.book(0.0, token_cost(20, 30)))
    assert limits.buckets["tokens_per_minute"].level == 50
    assert limits.buckets["tokens_per_minute"].reserved == 0


def test_a_limit_of_another_unit_does_not_keep_others_from_being_settled() -> None:
    limits = full(audio_seconds_per_hour=10, tokens_per_minute=100)
    limits.settle(limits.book(0.0, token_cost(20, 30)), token_cost(20, 10))
    assert limits.buckets["tokens_per_minute"].level == 70


def test_a_limit_of_audio_that_became_known_on_the_way_has_counted_the_recording() -> None:
    limits = Limits()
    booking = limits.book(0.0, {"requests": 1, "audio_seconds": 2.0})
    limits.tell(0.0, {"audio_seconds_per_hour": 100, "requests_per_minute": 10}, 1.0)
    limits.settle(booking, {"requests": 1.0, "audio_seconds": 4.0})
    assert limits.buckets["audio_seconds_per_hour"].level == 100
    assert limits.buckets["requests_per_minute"].level == 10


def test_a_larger_limit_in_the_headers_is_a_new_plan() -> None:
    limits = Limits()
    exceeded = LimitExceeded("requests", "minute", 10, 10, 1, 0.0)
    limits.refuse(0.0, limits.book(0.0, {"requests": 1}), exceeded, 0.0, {})
    booking = limits.book(0.0, {"requests": 1})
    day = RateLimitWindow(100, 99, None)
    same = RateLimit(day, RateLimitWindow(1000, 1000, None))
    for _ in range(2):
        limits.accept(0.0, booking, same)
    assert set(limits.buckets) == {"requests_per_minute", "requests_per_day", "tokens_per_minute"}
    larger = RateLimit(day, RateLimitWindow(2000, 2000, None))
    limits.accept(0.0, booking, larger)
    # What only a refusal has told is out of date; the headers tell the two others each time.
    assert set(limits.buckets) == {"requests_per_day", "tokens_per_minute"}
    assert limits.buckets["tokens_per_minute"].limit == 2000


@pytest.mark.parametrize(
    "window",
    [RateLimitWindow(50, None, None), RateLimitWindow(None, 5, None)],
    ids=["rest", "limit"],
)
def test_headers_without_one_of_the_two_numbers_say_nothing(window: RateLimitWindow) -> None:
    limits = Limits()
    limits.accept(0.0, limits.book(0.0, {"requests": 1}), RateLimit(NOTHING, window))
    assert not limits.buckets


def test_a_cancelled_request_returns_its_reservation() -> None:
    limits = full(tokens_per_minute=100, requests_per_minute=10)
    booking = limits.book(0.0, {"requests": 1, "tokens": 40})
    assert limits.buckets["tokens_per_minute"].level == 60
    assert limits.buckets["tokens_per_minute"].reserved == 40
    limits.cancel(booking)
    assert limits.buckets["tokens_per_minute"].level == 100
    assert limits.buckets["tokens_per_minute"].reserved == 0
    assert limits.buckets["tokens_per_minute"].total == 40
    assert limits.buckets["requests_per_minute"].level == 10


def test_unused_tokens_are_returned_and_cached_tokens_are_free() -> None:
    limits = full(tokens_per_minute=1000, input_tokens_per_minute=800, requests_per_minute=10)
    booking = limits.book(0.0, token_cost(200, 300))
    limits.settle(booking, {**token_cost(220, 100), "cached_tokens": 20.0})
    assert limits.buckets["tokens_per_minute"].level == 1000 - 300
    assert limits.buckets["input_tokens_per_minute"].level == 800 - 200
    assert limits.buckets["requests_per_minute"].level == 9
    assert limits.buckets["tokens_per_minute"].reserved == 0


def test_unused_tokens_are_returned_to_a_limit_learnt_in_flight() -> None:
    limits = Limits()
    booking = limits.book(0.0, token_cost(200, 300))
    window = RateLimitWindow(1000, 450, None)
    limits.accept(0.0, booking, RateLimit(NOTHING, window))
    assert limits.buckets["tokens_per_minute"].level == 450
    # The server has reserved the prompt, which it knows, and the longest answer.
    limits.settle(booking, token_cost(250, 100))
    assert limits.buckets["tokens_per_minute"].level == 450 + 200


def test_a_prompt_is_estimated_from_the_prompts_before() -> None:
    estimates = Estimates()
    # Four bytes a token at first, and 30 percent more to be safe; 200 tokens of answer.
    assert estimates.text_cost(400, None) == pytest.approx(token_cost(130.0, 200.0))
    assert estimates.text_cost(400, 50.0) == pytest.approx(token_cost(130.0, 50.0))
    estimates.learn(400, token_cost(50, 1000))
    error = 0.1 + 0.05 * (0.5 - 0.1)
    prompt = 400 * (250 * 0.95 + 50) / (1000 * 0.95 + 400) * (1 + 3 * error)
    output = (200 * 0.95 + 1000) / 1.95
    assert estimates.text_cost(400, None) == pytest.approx(token_cost(prompt, output))
    estimates.learn(400, {"output_tokens": 1000})
    output = ((200 * 0.95 + 1000) * 0.95 + 1000) / (1.95 * 0.95 + 1)
    assert estimates.text_cost(400, None) == pytest.approx(token_cost(prompt, output))


def test_an_estimate_is_wrong_by_all_of_it_at_most() -> None:
    estimates = Estimates()
    estimates.learn(400, token_cost(2000, 50))
    assert estimates.prompt_error == pytest.approx(0.1 + 0.05 * (1.0 - 0.1))


def test_a_recording_is_estimated_from_the_recordings_before() -> None:
    estimates = Estimates()
    assert estimates.audio_cost(32_000) == {"requests": 1, "audio_seconds": 2.0}
    estimates.learn(32_000, {"requests": 1.0, "audio_seconds": 4.0})
    seconds = 32_000 * (10 * 0.95 + 4) / (160_000 * 0.95 + 32_000)
    assert estimates.audio_cost(32_000)["audio_seconds"] == pytest.approx(seconds)
    assert estimates.text_cost(400, None) == Estimates().text_cost(400, None)


def test_settled_requests_improve_the_estimates() -> None:
    limits = Limits()
    booking = limits.book(0.0, token_cost(130, 50))
    limits.settle(booking, token_cost(50, 1000), size=400)
    expected = Estimates()
    expected.learn(400, token_cost(50, 1000))
    assert limits.estimates == expected


@pytest.mark.parametrize(
    ("answered", "day", "most"),
    [(0, None, 2), (199, None, 2), (500, None, 5), (0, 1_000_000, 100), (20_000, 1_000_000, 200)],
)
def test_the_requests_in_flight_grow_with_those_that_were_answered(
    answered: int, day: int | None, most: float
) -> None:
    limits = full(**({} if day is None else {"requests_per_day": day}))
    limits.answered = answered
    assert limits.in_flight_limit == most


def test_requests_in_flight_have_no_limit_where_the_minute_is_known() -> None:
    assert full(requests_per_minute=10).in_flight_limit == float("inf")
    assert full(tokens_per_minute=10).in_flight_limit == 2


@pytest.mark.parametrize("accepted_at", [0.4, 5.0])
def test_an_unused_limit_counts_a_request_from_its_arrival(accepted_at: float) -> None:
    limits = full(requests_per_minute=60)
    booking = limits.book(0.0, {"requests": 1})
    limits.accept(accepted_at, booking, None)
    # Nothing refills on the way, which is assumed to take a second at most.
    assert limits.buckets["requests_per_minute"].level == pytest.approx(59)


def test_the_state_is_written_without_spaces() -> None:
    assert " " not in full(requests_per_minute=10).to_json()


def test_the_last_limit_of_the_caller_is_in_force() -> None:
    limits = full(tokens_per_minute=100)
    limits.tell(0.0, {"tokens_per_minute": 50}, 1.0)
    assert limits.buckets["tokens_per_minute"].level == 50
    limits.tell(0.0, {"tokens_per_minute": 80}, 0.5)
    bucket = limits.buckets["tokens_per_minute"]
    assert (bucket.allowed, bucket.capacity, bucket.level) == (80, 40, 25)


@pytest.mark.parametrize(("given", "named"), [(1000, 6000), (6000, 1000)])
def test_the_smaller_limit_of_caller_and_server_is_in_force(given: int, named: int) -> None:
    limits = full(tokens_per_minute=given)
    limits.refuse(
        0.0,
        limits.book(0.0, {"requests": 1}),
        LimitExceeded("tokens", "day", 9000, 1, 1, 0.0),
        0.0,
        {},
    )
    for used in (100, 200, 300):
        booking = limits.book(0.0, {"requests": 1, "tokens": 100})
        window = RateLimitWindow(named, named - used, None)
        limits.accept(0.0, booking, RateLimit(NOTHING, window))
    assert limits.buckets["tokens_per_minute"].allowed == 1000
    assert limits.buckets["tokens_per_minute"].level == 700
    assert "tokens_per_day" in limits.buckets  # the larger limit is no new plan


def test_a_limit_of_the_caller_survives_a_new_plan() -> None:
    limits = full(requests_per_minute=10)
    exceeded = LimitExceeded("requests", "minute", 5, 5, 1, 0.0)
    limits.refuse(0.0, limits.book(0.0, {"requests": 1}), exceeded, 0.0, {})
    assert limits.buckets["requests_per_minute"].allowed == 5
    for limit in (1000, 2000):
        booking = limits.book(100.0, {"requests": 1})
        limits.accept(100.0, booking, RateLimit(NOTHING, RateLimitWindow(limit, limit, None)))
    assert limits.buckets["requests_per_minute"].allowed == 10


def test_a_request_waits_for_the_units_that_are_missing() -> None:
    bucket = Bucket(60, 100, capacity=100, level=40)
    assert bucket.wait_for(70) == pytest.approx(18)
    assert bucket.wait_for(40 + 5e-10) == 0  # a rounding error


def test_a_new_share_divides_what_remains() -> None:
    limits = Limits()
    limits.tell(0.0, {"tokens_per_minute": 100}, 0.5)
    limits.book(0.0, {"tokens": 10})
    limits.tell(0.0, {"tokens_per_minute": 100}, 0.25)
    assert limits.buckets["tokens_per_minute"].level == 20


def test_a_request_does_not_wait_for_a_unit_that_it_does_not_cost() -> None:
    limits = full(audio_seconds_per_hour=1)
    limits.book(0.0, {"audio_seconds": 1})
    assert limits.book(0.0, {"requests": 1}).start == 0.0


def test_a_request_that_must_wait_keeps_its_cost_and_names_the_first_limit() -> None:
    limits = full(requests_per_minute=1, tokens_per_minute=1)
    cost = {"requests": 1, "tokens": 1}
    limits.book(0.0, cost)
    booking = limits.book(0.0, cost)
    assert booking.cost == cost
    assert booking.limit == "requests_per_minute"
    assert booking.is_booked is False
    assert booking.start == pytest.approx(60.0)


def test_a_reservation_ahead_names_its_limit_and_the_refusals_before_it() -> None:
    limits = full(requests_per_minute=1)
    limits.refuse(0.0, limits.book(0.0, {"requests": 1}), None, 0.0, {})
    first = limits.book(0.0, {"requests": 1}, ahead=True)
    assert limits.buckets["requests_per_minute"].ahead == []
    second = limits.book(0.0, {"requests": 1}, ahead=True)
    assert (first.limit, second.limit) == (None, "requests_per_minute")
    assert (first.epoch, second.epoch) == (1, 1)


def test_tokens_that_the_server_returned_are_taken_up() -> None:
    limits = full(tokens_per_minute=1000)
    limits.settle(limits.book(0.0, {"tokens": 100}))
    booking = limits.book(0.0, {"tokens": 100})
    limits.accept(0.0, booking, RateLimit(NOTHING, RateLimitWindow(1000, 950, None)))
    # This request may not be counted yet.
    assert limits.buckets["tokens_per_minute"].level == 850


def test_each_accepted_request_is_counted() -> None:
    limits = Limits(answered=499)
    for most in (5, 5):
        limits.accept(0.0, limits.book(0.0, {"requests": 1}), None)
        assert limits.in_flight_limit == most
    assert limits.answered == 501


def test_the_way_of_a_request_counts_from_its_departure() -> None:
    limits = full(requests_per_minute=120)
    booking = limits.book(100.0, {"requests": 1})
    limits.accept(100.4, booking, None)
    assert limits.buckets["requests_per_minute"].level == pytest.approx(119)


@pytest.mark.parametrize(("remaining", "reset", "window"), [(100, 3.0, DAY), (99, 0.05, 5.0)])
def test_a_window_is_known_from_the_first_request_that_is_missing(
    remaining: int, reset: float, window: float
) -> None:
    limits = Limits()
    named = RateLimitWindow(100, remaining, timedelta(seconds=reset))
    limits.accept(0.0, limits.book(0.0, {"requests": 1}), RateLimit(named, NOTHING))
    assert limits.buckets["requests_per_day"].window == pytest.approx(window)


@pytest.mark.parametrize(("tokens", "remaining", "level"), [(50, 100, 350), (0, 600, 600)])
def test_headers_are_read_for_the_time_of_the_last_reservation(
    tokens: int, remaining: int, level: float
) -> None:
    limits = full(requests_per_minute=2, tokens_per_minute=600)
    first = limits.book(0.0, {"requests": 1, "tokens": 300 if tokens else 10})
    limits.book(0.0, {"requests": 1})
    last = limits.book(0.0, {"requests": 1, "tokens": tokens}, ahead=True)
    assert last.start == pytest.approx(30.0)
    # Ten tokens a second come until then, of which the last one has reserved some.
    limits.accept(0.0, first, RateLimit(NOTHING, RateLimitWindow(600, remaining, None)))
    assert limits.buckets["tokens_per_minute"].level == pytest.approx(level)


def test_a_new_plan_keeps_the_limits_of_the_headers() -> None:
    limits = Limits()
    tokens = RateLimitWindow(1000, 1000, None)
    booking = limits.book(0.0, {"requests": 1})
    limits.accept(0.0, booking, RateLimit(RateLimitWindow(100, 99, None), tokens))
    exceeded = LimitExceeded("requests", "minute", 10, 10, 1, 0.0)
    limits.refuse(0.0, limits.book(0.0, {"requests": 1}), exceeded, 0.0, {})
    limits.accept(0.0, booking, RateLimit(RateLimitWindow(200, 199, None), NOTHING))
    assert set(limits.buckets) == {"requests_per_day", "tokens_per_minute"}


def test_a_request_of_unknown_size_does_not_change_the_estimates() -> None:
    limits = Limits()
    limits.settle(limits.book(0.0, token_cost(20, 30)), token_cost(50, 60))
    assert limits.estimates == Estimates()


def test_others_do_not_wait_for_a_reservation_that_was_cancelled() -> None:
    limits = full(tokens_per_minute=600, tokens_per_day=10_000)
    limits.settle(limits.book(0.0, token_cost(500, 0), ahead=True))
    large = limits.book(0.0, token_cost(10, 9900), ahead=True)
    assert large.start > 3000
    limits.cancel(large)
    assert limits.book(0.0, token_cost(10, 10), ahead=True).start == 0.0
    assert limits.buckets["tokens_per_minute"].level == pytest.approx(80)
    assert limits.buckets["tokens_per_day"].level == pytest.approx(10_000 - 520)


def test_a_reservation_with_another_behind_it_keeps_its_place() -> None:
    limits = full(requests_per_minute=1)
    bookings = [limits.book(0.0, {"requests": 1}, ahead=True) for _ in range(3)]
    limits.cancel(bookings[1])
    assert limits.at == bookings[2].start == pytest.approx(120.0)


def test_a_clock_that_is_set_back_delays_nothing() -> None:
    limits = full(requests_per_minute=1)
    limits.follow_clock(5000.0)
    limits.book(5000.0, {"requests": 1})
    ahead = limits.book(5000.0, {"requests": 1}, ahead=True)
    assert ahead.start == pytest.approx(5060.0)
    limits.follow_clock(1400.0)
    assert limits.at == pytest.approx(1460.0)
    assert limits.buckets["requests_per_minute"].ahead == [[pytest.approx(1460.0), 1]]
    assert limits.book(1400.0, {"requests": 1}).start == pytest.approx(1520.0)
    limits.follow_clock(1399.0)  # another process was a moment faster
    assert limits.at == pytest.approx(1460.0)
