// How the Vercel AI SDK asks, through whichever provider.
import { generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { MODEL } from "./cases.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

export function cases({ model, providerOptions }) {
  const asked = { model: model(MODEL), providerOptions };
  const weather = tool({
    description: "Tell the weather of a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: async () => "sunny",
  });
  return {
    chat: async (name) =>
      (await generateText({ ...asked, model: model(name), prompt: "Hello" })).text,
    stream: async () => {
      let text = "";
      const failures = [];
      const onError = ({ error }) => failures.push(error);
      const answer = streamText({ ...asked, prompt: "Hello", onError });
      for await (const piece of answer.textStream) text += piece;
      if (failures.length) throw failures[0];
      return text;
    },
    tool: async () => {
      const prompt = "How is the weather in Berlin?";
      const stopWhen = stepCountIs(3);
      return (await generateText({ ...asked, prompt, tools: { weather }, stopWhen })).text;
    },
    typed: async () => {
      const schema = z.object({ name: z.string(), people: z.number().int() });
      return (await generateObject({ ...asked, prompt: "Describe Berlin", schema })).object;
    },
  };
}
