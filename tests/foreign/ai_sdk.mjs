// The Vercel AI SDK asks the Responses API of the local server, which is its default for OpenAI.
import assert from "node:assert";
import { createOpenAI } from "@ai-sdk/openai";
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

globalThis.AI_SDK_LOG_WARNINGS = false;
const openai = createOpenAI({
  apiKey: "any",
  baseURL: `${process.env.LOCAL_SERVER}/openai/v1`,
});
const model = openai("openai/gpt-oss-20b");
// Groq keeps no answers, and refuses to be asked to.
const providerOptions = { openai: { store: false } };

const whole = await generateText({ model, providerOptions, prompt: "Hello", maxRetries: 0 });
assert.match(whole.text, /^Hello/);

let text = "";
const streamed = streamText({ model, providerOptions, prompt: "Hello", maxRetries: 0 });
for await (const piece of streamed.textStream) text += piece;
assert.match(text, /^Hello/);
assert.equal(await streamed.finishReason, "stop");

const asked = [];
const weather = tool({
  description: "Tell the weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => {
    asked.push(city);
    return "sunny";
  },
});
const helped = await generateText({
  model,
  providerOptions,
  prompt: "How is the weather in Berlin?",
  tools: { weather },
  stopWhen: stepCountIs(3),
  maxRetries: 0,
});
assert.equal(asked.length, 1);
assert.match(helped.text, /sunny/);

const { object } = await generateObject({
  model,
  providerOptions,
  prompt: "Describe Berlin",
  schema: z.object({ name: z.string(), people: z.number() }),
  maxRetries: 0,
});
assert.equal(typeof object.name, "string");

console.log("Vercel AI SDK: chat, stream, tool, object");
