// The Vercel AI SDK asks the Responses API, which is its default for OpenAI.
import { createOpenAI } from "@ai-sdk/openai";
import { BASE_URL, run } from "./cases.mjs";
import { cases } from "./ai_sdk.mjs";

const openai = createOpenAI({ apiKey: "any", baseURL: BASE_URL });
await run({
  // Groq keeps no answers, and refuses to be asked to.
  ...cases({ model: openai, providerOptions: { openai: { store: false } } }),
  path: "/responses",
  refused: "AI_APICallError",
  lost: "AI_APICallError",
  ended: "passes for whole",
});
