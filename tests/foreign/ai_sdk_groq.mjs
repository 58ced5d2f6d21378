// The Vercel AI SDK asks chat through its provider for Groq.
import { createGroq } from "@ai-sdk/groq";
import { BASE_URL, run } from "./cases.mjs";
import { cases } from "./ai_sdk.mjs";

await run({
  ...cases({ model: createGroq({ apiKey: "any", baseURL: BASE_URL }) }),
  refused: "AI_APICallError",
  lost: "AI_APICallError",
  ended: "passes for whole",
});
