import asyncio
import sys

from mcp import Client, StdioServerParameters, stdio_client

from groq import AsyncGroq, mcp_tools


async def main() -> None:
    server = stdio_client(StdioServerParameters(command=sys.executable, args=["weather_server.py"]))
    async with AsyncGroq() as groq, Client(server) as session:
        run = groq.chat.completions.run_tools(
            model="openai/gpt-oss-20b",
            messages=[{"role": "user", "content": sys.argv[1]}],
            tools=[*await mcp_tools(session)],
        )
        completion = await run.until_done()
        print(completion.choices[0].message.content)


asyncio.run(main())
