// How the official JavaScript clients of Groq and of OpenAI ask chat: they are used alike.
import { MODEL, WEATHER } from "./cases.mjs";

const CITY = {
  type: "object",
  properties: { name: { type: "string" }, people: { type: "integer" } },
  required: ["name", "people"],
  additionalProperties: false,
};

export function cases(client) {
  const ask = (content, more) =>
    client.chat.completions.create({
      model: MODEL,
      messages: [{ role: "user", content }],
      ...more,
    });
  return {
    chat: async (model) => (await ask("Hello", { model })).choices[0].message.content,
    stream: async () => {
      let text = "";
      for await (const chunk of await ask("Hello", { stream: true }))
        text += chunk.choices[0]?.delta.content ?? "";
      return text;
    },
    tool: async () => {
      const described = { name: "weather", description: "Tell the weather.", parameters: WEATHER };
      const tools = [{ type: "function", function: described }];
      const messages = [{ role: "user", content: "How is the weather in Berlin?" }];
      const { message } = (await ask("", { messages, tools })).choices[0];
      const [call] = message.tool_calls;
      const { role, tool_calls } = message;
      messages.push({ role, tool_calls });
      messages.push({ role: "tool", tool_call_id: call.id, content: "sunny" });
      return (await ask("", { messages, tools })).choices[0].message.content;
    },
    typed: async () => {
      const json_schema = { name: "city", schema: CITY, strict: true };
      const response_format = { type: "json_schema", json_schema };
      const answer = await ask("Describe Berlin", { response_format });
      return JSON.parse(answer.choices[0].message.content);
    },
  };
}
