// Groq's official JavaScript client asks chat.
import Groq from "groq-sdk";
import { run } from "./cases.mjs";
import { cases } from "./sdk.mjs";

await run({
  ...cases(new Groq({ apiKey: "any", baseURL: process.env.LOCAL_SERVER })),
  refused: "NotFoundError",
  lost: "TypeError",
  ended: "passes for whole",
});
