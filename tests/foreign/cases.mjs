// The cases that every client goes through, in JavaScript; `cases.py` has the same for Python, and
// says what each of them is.
import assert from "node:assert";

const SERVER = process.env.LOCAL_SERVER;
export const BASE_URL = `${SERVER}/openai/v1`;
export const MODEL = "openai/gpt-oss-20b";
export const WEATHER = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const WHOLE = "one two three four five six seven eight";
const CUT_AFTER = { "/chat/completions": 4, "/responses": 8 };

async function askLocal(method, path, body) {
  const answer = await fetch(`${SERVER}/_local/${path}`, { method, body: JSON.stringify(body) });
  assert(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json();
}

const script = (...entries) => askLocal("POST", "script", entries);
const received = async () => (await askLocal("GET", "requests")).requests;

async function outcome(ask) {
  let text;
  try {
    text = await ask();
  } catch (error) {
    return error.name === "Error" ? error.constructor.name : error.name;
  }
  const isPart = WHOLE.startsWith(text) && text !== WHOLE;
  return isPart ? "passes for whole" : `returns ${JSON.stringify(text)}`;
}

export async function run({
  chat,
  stream,
  tool,
  typed,
  path = "/chat/completions",
  refused,
  lost,
  ended,
}) {
  const done = [];
  const begin = async (name) => {
    await askLocal("POST", "reset");
    done.push(name);
  };
  const expect = (expected, came) => assert.deepStrictEqual(came, expected, done.at(-1));

  await begin("chat");
  await script({ reply: WHOLE });
  expect(WHOLE, await chat(MODEL));
  await begin("stream");
  await script({ reply: WHOLE });
  expect(WHOLE, await stream());
  expect([path], (await received()).map((each) => each.path.replace("/openai/v1", "")));
  await begin("tool");
  assert.match(await tool(), /sunny/);
  expect(2, (await received()).length);
  if (typed) {
    await begin("typed");
    const { name, people } = await typed();
    expect(["string", "number"], [typeof name, typeof people]);
  }
  await begin(`refusal (${refused})`);
  expect(refused, await outcome(() => chat("nobody/knows-this")));
  await begin("429");
  await script({ fail: 429, retry_after: 1 }, { reply: WHOLE });
  expect(WHOLE, await chat(MODEL));
  expect(2, (await received()).length);
  for (const [how, expected] of [["close", lost], ["end", ended]]) {
    await begin(`${how === "close" ? "lost" : "ended"} in mid-stream (${expected})`);
    const cut = { type: "cut", after: CUT_AFTER[path], how };
    await script({ reply: WHOLE, faults: [cut], times: null });
    expect(expected, await outcome(stream));
  }
  console.log(done.join(", "));
}
