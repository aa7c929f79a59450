"""The official client of the Model Context Protocol meets the server, over streams and over HTTP.

Calls every tool but the one that asks Gong, in each mode of the client, and fails if an answer does
not fit the schema that the tool advertises (the client itself validates), or if it is an error.
"""
import asyncio
import os
import sys
import time

from mcp import Client, StdioServerParameters

BINARY, DATA, URL = sys.argv[1:4]
MODES = ["legacy", "auto", "2026-07-28"]


def arguments_of(call):
    one = {"call_id": call["call_id"]}
    return {
        "account_brief": {"account": call["accounts"][0]},
        "analyze_call": one,
        "ask_calls": {"question": "who approves a new processor of health data?"},
        "call_statistics": {},
        "coach_rep": {"rep": call["reps"][0]["user_id"]},
        "competitor_mentions": {},
        "deal_risk": {},
        "get_call": one,
        "get_transcript": one,
        "index_status": {},
        "list_calls": {"limit": 3},
        "list_trackers": {},
        "pipeline_insights": {},
        "search_calls": {"query": "who approves a new processor of health data?"},
    }


async def meet(client, name):
    begun = time.monotonic()
    listed = (await client.list_tools()).tools
    first = time.monotonic() - begun
    names = {tool.name for tool in listed}
    calls = await client.call_tool("list_calls", {"limit": 1})
    call = calls.structured_content["calls"][0]
    call_id = call["call_id"]
    arguments = arguments_of(call)
    missing = names - arguments.keys() - {"sync_calls"}
    assert not missing, f"{name}: nobody calls {missing}"
    sizes = []
    for tool in sorted(names & arguments.keys()):
        result = await client.call_tool(tool, arguments[tool])
        assert not result.is_error, f"{name}: {tool}: {result.content}"
        assert result.structured_content is not None, f"{name}: {tool} has no structured content"
        sizes.append(f"{tool} {len(result.content[0].text)}")
    wrong = await client.call_tool("search_calls", {"query": "x", "limit": 500})
    assert wrong.is_error and "1 to 25" in wrong.content[0].text
    prompts = (await client.list_prompts()).prompts
    assert len(prompts) == 4, prompts
    read = await client.read_resource(f"gong://calls/{call_id}")
    assert call_id in read.contents[0].text
    print(f"{name}: {len(listed)} tools, listed in {first * 1000:.0f} ms; {', '.join(sizes)}")


async def main():
    for mode in MODES:
        async with Client(URL, mode=mode) as client:
            await meet(client, f"http {mode}")
    parameters = StdioServerParameters(command=BINARY, args=["--data-dir", DATA, "mcp"], env=dict(os.environ))
    for mode in MODES:
        async with Client(parameters, mode=mode) as client:
            await meet(client, f"stdio {mode}")


asyncio.run(main())
