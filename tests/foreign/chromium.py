"""A page in Chromium asks chat with `fetch`, from another origin than the server's."""

import shutil
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import cases
from playwright.sync_api import Error, sync_playwright

SCRIPT = """
async ([url, asked]) => {
  const post = () =>
    fetch(url, {
      method: "POST",
      headers: { authorization: "Bearer any", "content-type": "application/json" },
      body: JSON.stringify(asked),
    });
  let answer = await post();
  if (answer.status === 429) {
    const seconds = Number(answer.headers.get("retry-after"));
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    answer = await post();
  }
  if (!answer.ok) throw new RangeError((await answer.json()).error.message);
  if (!asked.stream) return (await answer.json()).choices[0].message;
  let [buffer, content] = ["", ""];
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (buffer + piece).split("\\n");
    buffer = lines.pop();
    for (const line of lines)
      if (line.startsWith("data: {"))
        content += JSON.parse(line.slice(6)).choices[0].delta.content ?? "";
  }
  return { content };
}
"""


class Page(BaseHTTPRequestHandler):
    """Serves an empty page, whose origin is not that of the local server."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


with ThreadingHTTPServer(("127.0.0.1", 0), Page) as pages, sync_playwright() as playwright:
    Thread(target=pages.serve_forever, daemon=True).start()
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox"]
    )
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{pages.server_port}/")

    def ask(content: str, **more: object) -> dict:
        messages = [{"role": "user", "content": content}]
        asked = {"model": cases.MODEL, "messages": messages, **more}
        try:
            return page.evaluate(SCRIPT, [f"{cases.BASE_URL}/chat/completions", asked])
        except Error as error:
            # The message is that of Playwright, then the name of the error in the page.
            name = error.message.split(": ")[1]
            raise type(name, (Exception,), {}) from error

    def tool() -> str:
        tools = [{"type": "function", "function": {"name": "weather", "parameters": cases.WEATHER}}]
        messages: list = [{"role": "user", "content": "How is the weather in Berlin?"}]
        said = ask("", messages=messages, tools=tools)
        messages.append({"role": said["role"], "tool_calls": said["tool_calls"]})
        call_id = said["tool_calls"][0]["id"]
        messages.append({"role": "tool", "tool_call_id": call_id, "content": "sunny"})
        return ask("", messages=messages, tools=tools)["content"]

    cases.run(
        chat=lambda model: ask("Hello", model=model)["content"],
        stream=lambda: ask("Hello", stream=True)["content"],
        tool=tool,
        refused="RangeError",
        lost="TypeError",
        ended="passes for whole",
    )
    browser.close()
    pages.shutdown()
