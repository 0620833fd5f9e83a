"""A web host: facts are typed into a form, and every open page shows what they change the moment they do."""

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import escape
from string import Template
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.sse import EventSourceResponse

import smartrules as sr
from smartrules.live import AsyncMonitor

RULESET = sr.load("shandong-smart-community@2022")
IDS = "households gigabit_households area area_5g quarters_with_ebikes quarters_with_ebike_charging convenience_needed"
FACTS = {name: RULESET.edition.fact_by_id[name] for name in IDS.split()}
PAGE = Template("""<!doctype html><html lang="zh"><meta charset="utf-8"><title>$title</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><style>h1, p {width: 100%; margin: 0} label {display: block}
body {font: 16px/1.5 sans-serif; max-width: 70em; margin: auto; padding: 1em; display: flex; flex-wrap: wrap; gap: 1em 2em}
p {color: #a00; white-space: pre-line} form {flex: 1 1 18em} table {flex: 2 1 20em; border-collapse: collapse; font-size: clamp(11px, 3.5vw, 16px)}
label > * {display: block; box-sizing: border-box; width: 100%; margin: 0 0 1em; font: inherit} .met {background: #d6f0d6}
th, td {text-align: left; padding: .2em .5em; border-bottom: 1px solid #ccc} td {word-break: keep-all} .not_met {background: #f8d4d0}
.undetermined {background: #fdf3cd}</style><h1>$title</h1><p role="alert">$wrong</p><form method="post">$form<button>提交 Submit</button></form>
<table>$rows</table><script>const words = {met: "达标 met", not_met: "不达标 not met", not_applicable: "不适用 n/a", undetermined: "无法判定 open"}
new EventSource(location.pathname + "/changes").onmessage = ({data}) => { const [id, outcome] = JSON.parse(data)
  Object.assign(document.getElementById(id), {className: outcome, textContent: words[outcome]})}</script></html>""")


@asynccontextmanager
async def watch(app: FastAPI) -> AsyncIterator[None]:
    """Keep the monitor as long as the application runs."""
    async with AsyncMonitor(RULESET, store="communities.sqlite") as app.state.monitor:
        yield


app = FastAPI(lifespan=watch)


async def known(community: str) -> sr.Facts:
    """Return what is known of a community."""
    watched = community in await app.state.monitor.communities()
    return await app.state.monitor.facts(community) if watched else RULESET.facts({})


def named(one: Any) -> str:
    """Return the title of a fact, an indicator or a tier in both languages."""
    return escape(f"{one.title.text('zh', one.id)} {one.title.text('en', one.id)}")


def page(community: str, facts: sr.Facts, sent: Mapping[str, str], wrong: str = "") -> Response:
    """Return the page: the form as it was sent, or as things are, and the table, which the stream of changes fills."""
    title = escape(f"{RULESET.edition.standard.title.zh} · {community}")
    form, rows = "", "<tr><th>" + "".join(f"<th>{named(tier)}" for tier in RULESET.edition.tiers)
    for name, fact in FACTS.items():
        shown = facts.facts[name].written if name in facts.facts else ""
        typed, was = sent.get(name, shown), sent.get(f"was.{name}", shown)
        box = f'<input name="{name}" value="{escape(typed)}" placeholder="{fact.unit}">'
        if fact.kind == "flag":
            options = [f"<option{' selected' * (one == typed)}>{one}" for one in dict.fromkeys(("", "是", "否", typed))]
            box = f'<select name="{name}">{"".join(options)}</select>'
        form += f'<label>{named(fact)}{box}<input type="hidden" name="was.{name}" value="{escape(was)}"></label>'
    for row, indicator in [("等级 Tier", ""), *((named(one), one.id) for one in RULESET.edition.indicators)]:
        rows += f"<tr><th>{row}" + "".join(f'<td id="{tier.id}.{indicator}">—' for tier in RULESET.edition.tiers)
    return HTMLResponse(PAGE.substitute(title=title, wrong=wrong, form=form, rows=rows), 422 if wrong else 200)


@app.get("/communities/{community}")
async def show(community: str) -> Response:
    """Show what is known."""
    return page(community, await known(community), {})


@app.post("/communities/{community}")
async def take(community: str, request: Request) -> Response:
    """Take what was changed in the form as one event; a field that was emptied takes its fact back."""
    sent = {name: str(value).strip() for name, value in (await request.form()).items()}
    changed = {name: sent.get(name) or None for name in FACTS if sent.get(name, "") != sent.get(f"was.{name}", "")}
    try:
        await app.state.monitor.assert_facts(community, changed)
    except sr.SmartrulesError as error:
        said = escape("\n".join(f"{one.message}; {one.help}" for one in error.diagnostics), quote=False)
        wrong = re.sub(r"`(\w+)`", lambda word: named(FACTS[word[1]]) if word[1] in FACTS else word[0], said)
        return page(community, await known(community), sent, wrong)
    return Response(status_code=303, headers={"location": request.scope["raw_path"].decode()})


@app.get("/communities/{community}/changes", response_class=EventSourceResponse)
async def changes(community: str) -> AsyncIterable[tuple[str, sr.Outcome]]:
    """Stream the cells of the table: all as they are, then each that changes."""
    async with app.state.monitor.changes() as heard:
        for tier, level in RULESET.assess(await known(community)).items():
            for indicator, outcome in [("", level.outcome), *((name, one.outcome) for name, one in level.items())]:
                yield f"{tier}.{indicator}", outcome
        async for change in heard:
            if change.community == community:
                yield f"{change.tier}.{change.indicator or ''}", change.after
