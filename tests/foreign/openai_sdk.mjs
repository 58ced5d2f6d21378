// OpenAI's JavaScript client asks chat.
import OpenAI from "openai";
import { BASE_URL, run } from "./cases.mjs";
import { cases } from "./sdk.mjs";

await run({
  ...cases(new OpenAI({ apiKey: "any", baseURL: BASE_URL })),
  refused: "NotFoundError",
  lost: "TypeError",
  ended: "passes for whole",
});
