// LangChain.js asks chat through its package for Groq.
import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatGroq } from "@langchain/groq";
import { z } from "zod";
import { MODEL, run } from "./cases.mjs";

const model = (name = MODEL) =>
  new ChatGroq({ model: name, apiKey: "any", baseUrl: process.env.LOCAL_SERVER });
const weather = tool(async () => "sunny", {
  name: "weather",
  description: "Tell the weather of a city.",
  schema: z.object({ city: z.string() }),
});

await run({
  chat: async (name) => (await model(name).invoke("Hello")).text,
  stream: async () => {
    let text = "";
    for await (const chunk of await model().stream("Hello")) text += chunk.text;
    return text;
  },
  tool: async () => {
    const messages = [new HumanMessage("How is the weather in Berlin?")];
    const bound = model().bindTools([weather]);
    const answer = await bound.invoke(messages);
    const [call] = answer.tool_calls;
    const result = new ToolMessage({ tool_call_id: call.id, content: await weather.invoke(call.args) });
    return (await bound.invoke([...messages, answer, result])).text;
  },
  typed: async () => {
    const schema = z.object({ name: z.string(), people: z.number().int() });
    return model().withStructuredOutput(schema, { method: "jsonSchema" }).invoke("Describe Berlin");
  },
  refused: "NotFoundError",
  lost: "TypeError",
  ended: "passes for whole",
});
