// Tests with Node's own runner: `node --test`. `GROQ_LOCAL_SERVER` is the command that starts the
// server, such as `uvx groq-local-server`.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LocalServer } from "./groq_local.mjs";

const command = (process.env.GROQ_LOCAL_SERVER ?? "groq-local-server").split(" ");
/** @type {LocalServer} */
let server;

before(async () => {
  server = await LocalServer.start(command, { scope: "example" });
});
after(() => server.close());

// The program that is tested; the official SDK takes `baseURL: server.url`.
async function ask(question) {
  const answer = await fetch(`${server.url}/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer local", "content-type": "application/json", ...server.headers },
    body: JSON.stringify({
      model: "openai/gpt-oss-20b",
      messages: [{ role: "user", content: question }],
    }),
  });
  const read = await answer.json();
  return answer.ok ? read.choices[0].message.content : `${answer.status} ${read.error.message}`;
}

test("a reply is scripted", async () => {
  await server.reply("Hello", { match: { message: "Hi" } });
  assert.equal(await server.pending(), 1);
  assert.equal(await ask("Hi"), "Hello");
  await server.assertScriptDone();
});

test("a failure is scripted", async () => {
  await server.fail(503, { error: "Down for lunch" });
  assert.equal(await ask("Hi"), "503 Down for lunch");
});

test("a script is saved and loaded", async () => {
  await server.reply({ json: { a: 1 } }, { default: true });
  await server.inject([{ type: "slow_start", seconds: 0.01 }]);
  const saved = await server.saveScript();
  await server.loadScript([]);
  assert.equal(await server.pending(), 0);
  await server.loadScript(saved);
  assert.equal(await ask("Anything"), '{"a":1}');
  await server.loadScript([]);
});

test("the weather is set", async () => {
  await server.setWeather({ fault_rate: 1, faults: [418] });
  assert.match(await ask("Is it raining?"), /^418/);
  await server.setWeather({});
});

test("the verdict on the program is good", async () => {
  assert.deepEqual(await server.verdict(), []);
});

test("what was received is looked at", async () => {
  const [request] = await server.requests();
  assert.equal(request.body.messages[0].content, "Hi");
  assert.equal(request.headers.authorization, "(secret)");
  await server.assertReceived({ path: "/chat/completions", times: 4 });
  await assert.rejects(server.assertReceived({ path: "/models" }), /Expected a request/);
});

test("requests and answers are followed", async () => {
  for await (const [name, news] of server.events()) {
    if (name === "start") continue;
    assert.equal(news.request.path, "/openai/v1/chat/completions");
    break;
  }
});

test("limits and mistakes are told", async () => {
  await server.limitRate({ requests: 1 });
  await ask("Hi");
  assert.match(await ask("Hi"), /^429 Rate limit reached/);
  await assert.rejects(server.reply("x", { match: { colour: "red" } }), /colour/);
  await server.reset();
});
