"""The page of the local server in a real browser: `nox -s browser` runs these."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from groq import APIStatusError, Groq
from groq.testing import Gate, LocalServer, Stall

api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

# Playwright has one of its own where none is installed.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
MODEL = "openai/gpt-oss-20b"
EVIL = "<img src=x onerror=\"document.title='stolen'\"><script>document.title='stolen'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with api.sync_playwright() as playwright:
        # Tests run as root where no sandbox can be made.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(pace=0) as server:
        yield server


@pytest.fixture
def page(browser: Any, server: LocalServer) -> Iterator[Any]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(5000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(server.url)
    api.expect(page.get_by_text("Live", exact=True)).to_be_visible()
    yield page
    context.close()
    assert not wrong


def ask(server: LocalServer, text: str = "Hi", **more: Any) -> None:
    headers = more.pop("headers", {})
    with server.client(max_retries=0, default_headers=headers) as client:
        messages = [{"role": "user", "content": text}]
        body = {"model": MODEL, "messages": messages, **more}
        client.post("/openai/v1/chat/completions", cast_to=object, body=body)


def rows(page: Any) -> Any:
    return page.locator("#requests li:not([hidden])")


def choose(page: Any, text: str) -> None:
    rows(page).filter(has_text=text).first.get_by_role("button").click()


def test_a_stream_shows_as_it_comes(server: LocalServer, page: Any) -> None:
    gate = Gate()
    server.reply("one two three", Stall(after=3, until=gate))
    client = server.client()
    with (
        client,
        client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "Count"}], stream=True
        ) as stream,
    ):
        choose(page, "chat/completions")
        api.expect(page.locator("#answer")).to_have_text("one two")
        api.expect(rows(page)).to_contain_text("200 open")
        gate.open()
        assert list(stream)
        api.expect(page.locator("#answer")).to_have_text("one two three")
        api.expect(rows(page)).not_to_contain_text("200 open")


def test_earlier_requests_are_shown(server: LocalServer, page: Any) -> None:
    ask(server, "before")
    page.reload()
    choose(page, "chat/completions")
    api.expect(page.locator("#body")).to_contain_text("before")
    server.reset()
    api.expect(page.get_by_text("No request has come yet.")).to_be_visible()


def test_requests_are_filtered(server: LocalServer, page: Any) -> None:
    ask(server, "apples")
    ask(server, "pears", model="openai/gpt-oss-120b", headers={"x-groq-local-scope": "orchard"})
    server.fail(503)
    with pytest.raises(APIStatusError):
        ask(server, "plums")
    with server.client() as client:
        client.models.list()
    api.expect(rows(page)).to_have_count(4)
    page.locator("#endpoint").select_option("models")
    api.expect(rows(page)).to_have_count(1)
    page.locator("#endpoint").select_option("")
    page.locator("#model").select_option("openai/gpt-oss-120b")
    api.expect(rows(page)).to_have_count(1)
    page.locator("#model").select_option("")
    page.locator("#status").select_option("5")
    api.expect(rows(page)).to_contain_text(["503"])
    page.locator("#status").select_option("")
    page.locator("#text").fill("PEARS")
    api.expect(rows(page)).to_have_count(1)
    api.expect(page.locator("#count")).to_have_text("4 requests, 1 shown")
    page.locator("#text").fill("")
    page.locator("#scope").fill("orchard")
    page.locator("#scope").press("Enter")
    api.expect(rows(page)).to_have_count(1)


def test_no_secret_is_shown(server: LocalServer, page: Any) -> None:
    with Groq(
        base_url=server.url, api_key="gsk_hidden", default_headers={"x-api-key": "hush"}
    ) as c:
        c.models.list(extra_query={"api_key": "psst"})
    choose(page, "models")
    seen = page.content()
    assert "(secret)" in seen
    assert not {word for word in ("gsk_hidden", "hush", "psst") if word in seen}


def test_two_requests_are_compared(server: LocalServer, page: Any) -> None:
    ask(server, "apples")
    ask(server, "pears", temperature=0.5)
    api.expect(rows(page)).to_have_count(2)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Compare").click()
    removed, added = page.locator("#lines del"), page.locator("#lines ins")
    api.expect(removed.filter(has_text="apples").first).to_be_visible()
    api.expect(added.filter(has_text="pears").first).to_be_visible()
    api.expect(added.filter(has_text='"temperature": 0.5')).to_be_visible()
    assert not removed.filter(has_text="openai/gpt-oss-20b").count()


def copied(page: Any, what: str) -> str:
    page.get_by_role("button", name=f"Copy as {what}").click()
    api.expect(page.locator("#said")).to_have_text("Copied.")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


TRICKY = "It's \"quoted\", $HOME `x` \\ new\nline, \u2028 and 🎉 ' '"


@pytest.mark.parametrize("stream", [True, False])
def test_a_request_is_sent_again_as_curl_and_as_python(
    server: LocalServer, page: Any, stream: bool
) -> None:
    tool = {
        "type": "function",
        "function": {"name": "f", "strict": False, "parameters": {"type": "object"}},
    }
    more: dict[str, Any] = {"tools": [tool], "temperature": 0.5, "stream": stream}
    ask(server, TRICKY, headers={"x-groq-local-scope": "it's"}, **more)
    choose(page, "chat/completions")
    for command in (
        ["sh", "-c", copied(page, "curl")],
        [sys.executable, "-c", copied(page, "Python")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        assert "hoice" in done.stdout
    first, *again = server.requests
    assert [each.json() for each in again] == [first.json()] * 2
    assert {each.headers["x-groq-local-scope"] for each in again} == {"it's"}


@pytest.mark.parametrize("what", ["curl", "Python"])
def test_other_requests_are_sent_again_too(
    server: LocalServer, page: Any, what: str, tmp_path: Any
) -> None:
    (tmp_path / "it's a.wav").write_bytes(b"RIFF")
    with server.client() as client:
        client.models.retrieve(MODEL)
        name = client.files.create(file=("it's a.wav", b"{}\n"), purpose="batch").id
        client.files.delete(name)
        client.get("/openai/v1/files", cast_to=object, options={"params": {"limit": 1}})
    api.expect(rows(page)).to_have_count(4)
    for number in range(1, 5):
        page.locator(f'#requests li:has([value="{number}"]) button').click()
        text = copied(page, what)
        run = ["sh", "-c", text] if what == "curl" else [sys.executable, "-c", text]
        subprocess.run(run, capture_output=True, timeout=30, check=False, cwd=tmp_path)
        api.expect(rows(page)).to_have_count(4 + number)
    seen = [(each.method, each.target, sorted(each.files)) for each in server.requests]
    assert seen[4:] == seen[:4]


def test_answers_are_scripted_by_hand(server: LocalServer, page: Any) -> None:
    page.locator("#words").fill("By hand")
    page.get_by_label("If the last message has").fill("hand")
    page.get_by_role("button", name="Add to the script").click()
    api.expect(page.locator("#outcome")).to_have_text("Added.")
    api.expect(page.locator("#pending")).to_have_text("1")
    ask(server, "by hand?")
    choose(page, "chat/completions")
    api.expect(page.locator("#answer")).to_have_text("By hand")
    api.expect(page.locator("#pending")).to_have_text("0")
    page.get_by_label("Kind").select_option("fail")
    page.locator("#fail").fill("429")
    page.locator("#words").fill("")
    page.get_by_role("button", name="Add to the script").click()
    api.expect(page.locator("#pending")).to_have_text("1")
    with pytest.raises(APIStatusError):
        ask(server)
    page.get_by_label("Kind").select_option("entry")
    page.locator("#words").fill(json.dumps({"reply": "x", "colour": "red"}))
    page.get_by_role("button", name="Add to the script").click()
    api.expect(page.locator("#outcome")).to_contain_text("colour")


def test_received_markup_is_shown_as_text(server: LocalServer, page: Any) -> None:
    server.reply(EVIL)
    ask(server, EVIL, headers={"x-evil": EVIL, "x-groq-local-scope": EVIL})
    with pytest.raises(APIStatusError):
        ask(server, "model", model=EVIL)
    api.expect(rows(page)).to_have_count(2)
    for row in rows(page).all():
        row.get_by_role("button").click()
        row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Compare").click()
    api.expect(page.locator("#lines")).to_contain_text(EVIL)
    api.expect(page.locator("#answer")).to_have_text(EVIL)
    assert page.locator("main img, main script").count() == 0
    assert page.title() == "Local server"


def test_the_policy_lets_nothing_else_run(server: LocalServer, page: Any) -> None:
    policy = page.request.get(server.url, headers={"accept": "text/html"}).headers[
        "content-security-policy"
    ]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    # Playwright's own script is not held to the policy; an element that it adds is.
    assert page.evaluate("try { document.body.innerHTML = '<b>x</b>' } catch (e) { e.name }") == (
        "TypeError"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_accessible_in_both_schemes_and_on_a_phone(
    server: LocalServer, page: Any, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    ask(server, "word" * 200)
    server.fail(400)
    with pytest.raises(APIStatusError):
        ask(server)
    api.expect(rows(page)).to_have_count(2)
    for row in rows(page).all():
        row.get_by_role("button").click()
        row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Compare").click()
    for details in page.locator("details").all():
        details.evaluate("each => each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 27)")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_it_is_used_by_keyboard_alone(server: LocalServer, page: Any) -> None:
    ask(server, "first")
    ask(server, "second")
    api.expect(rows(page)).to_have_count(2)
    page.get_by_label("Scope").first.focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.type") == "checkbox":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    api.expect(page.locator("#body")).to_contain_text("second")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    api.expect(page.locator("#body")).to_contain_text("first")
