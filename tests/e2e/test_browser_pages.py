"""What a page shows, and how it got there: full lists, deltas, navigations of every kind, visibility."""

from __future__ import annotations

from functools import partial
from typing import Any

from monitor.browser.launch import Launched
from monitor.model import (
    Block,
    Frame,
    Gap,
    Lifecycle,
    Navigation,
    Request,
    Shown,
    ShowRule,
    SitePlan,
    TargetAttached,
    TargetGone,
    UserInput,
    Visibility,
)
from tests.e2e.harness import Recording, Site, recording

# The page does what its server tells it to.
REMOTE = "<script>const ws=new WebSocket(`ws://${location.host}/do`);ws.onmessage=e=>(0,eval)(e.data)</script>"


class Puppet:
    """Runs JavaScript in the pages of a site, through a socket of theirs."""

    def __init__(self, site: Site) -> None:
        self._sockets: list[Any] = []

        from aiohttp import web

        async def serve(request: web.Request) -> web.WebSocketResponse:
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            self._sockets.append(socket)
            async for _ in socket:
                pass
            return socket

        site.on("GET", "/do", serve)

    async def tell(self, script: str) -> None:
        """Run a script in the page that connected last."""
        await self._sockets[-1].send_str(script)

    async def do(self, record: Recording, script: str, nth: int = -1) -> None:
        """Run a script in the page that connected last, and wait until the frame that carried it was recorded."""
        await record.until(lambda: self._sockets)
        before = len(record.of(Frame, text=script))
        await self._sockets[nth].send_str(script)
        await record.until(lambda: len(record.of(Frame, text=script)) > before)


def state(record: Recording, tab: str, rule: str = "text") -> list[Block]:
    """What a tab's main document shows now, folded from its events."""
    blocks: dict[int, Block] = {}
    for event in record.of(Shown, tab=tab, rule=rule, main=True):
        if event.full:
            blocks = {}
        for gone in event.gone:
            blocks.pop(gone, None)
        blocks.update({block.slot: block for block in event.blocks})
        if event.order is not None:
            blocks = {slot: blocks[slot] for slot in event.order if slot in blocks}
    return list(blocks.values())


def texts(record: Recording, tab: str, rule: str = "text") -> list[str]:
    return [block.text for block in state(record, tab, rule)]


async def test_deltas_of_what_is_shown(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page(
        "/",
        f"""<body><style>.x{{display:none}}</style><h1>Head <b>bold</b></h1><p class=x>unseen</p>
        <noscript>no</noscript><input value=typed><input type=password value=pw>
        <aside><b>Ada</b><p>says</p><i>today</i></aside><main id=log><p>one</p><p>two</p></main>{REMOTE}""",
    )
    seen = ["Head bold", "typed", "Ada today", "says", "one", "two"]
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == seen)
        first = record.of(Shown, tab=tab)[0]
        assert first.full
        beside, log = ["body/aside", "body/aside/p"], ["body/main#log/p", "body/main#log/p:2"]
        assert [b.path for b in first.blocks] == ["body/h1", "body/input", *beside, *log]
        assert [b.editable for b in first.blocks] == [False, True, False, False, False, False]
        await puppet.do(record, "document.querySelector('#log').insertAdjacentHTML('beforeend','<p>three</p>')")
        await record.until(lambda: texts(record, tab) == [*seen, "three"])
        delta = record.of(Shown, tab=tab)[-1]
        assert not delta.full
        assert [b.text for b in delta.blocks] == ["three"]


async def test_order_is_told_where_it_changes(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/", f"<body><main><p>one</p><p>two</p><p>three</p></main>{REMOTE}")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == ["one", "two", "three"])
        await puppet.do(record, "document.querySelector('main').insertAdjacentHTML('afterbegin','<p>zero</p>')")
        await record.until(lambda: texts(record, tab) == ["zero", "one", "two", "three"])
        await puppet.do(record, "const m=document.querySelector('main');m.append(m.firstChild)")
        await record.until(lambda: texts(record, tab) == ["one", "two", "three", "zero"])
        await puppet.do(record, "document.querySelectorAll('p')[1].remove()")
        await record.until(lambda: texts(record, tab) == ["one", "three", "zero"])
        await puppet.do(record, "document.querySelectorAll('p')[1].style.display='none'")
        await record.until(lambda: texts(record, tab) == ["one", "zero"])
        await puppet.do(record, "document.querySelectorAll('p')[1].style.display=''")
        await record.until(lambda: texts(record, tab) == ["one", "three", "zero"])


async def test_order_is_that_which_is_seen(chromium: Launched) -> None:
    """Style sheets and absolute positions put things elsewhere than the document does; so do scripts that move them."""
    site = Site()
    puppet = Puppet(site)
    site.page("/", f"<body><main><p>one</p><p>two</p><p>three</p></main><footer>end</footer>{REMOTE}")
    main, at = "document.querySelector('main').style.cssText=", "document.querySelectorAll('p')"
    place = "p.style.cssText=`position:absolute;transform:translateY(${[60,0,30][i]}px)`"
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == ["one", "two", "three", "end"])
        await puppet.do(record, main + "'display:flex;flex-direction:column-reverse'")
        await record.until(lambda: texts(record, tab) == ["three", "two", "one", "end"])
        await puppet.do(record, "document.querySelector('main').prepend('zero')")
        await puppet.do(record, "document.querySelector('p').insertAdjacentHTML('beforebegin','<p>nought</p>')")
        await record.until(lambda: texts(record, tab)[1:] == ["three", "two", "one", "nought", "end"])
        await puppet.do(record, at + "[0].remove()")
        await puppet.do(record, main + "'display:grid'")
        await puppet.do(record, at + "[2].style.order=-1")
        await record.until(lambda: texts(record, tab)[1:] == ["three", "one", "two", "end"])
        await puppet.do(record, main + "''")
        await record.until(lambda: texts(record, tab)[1:] == ["one", "two", "three", "end"])
        await puppet.do(record, "document.querySelectorAll('p').forEach((p,i)=>{" + place + "})")
        await record.until(lambda: texts(record, tab)[1:] == ["two", "three", "one", "end"])


async def test_growing_text_keeps_its_slot(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/", f"<body><p></p>{REMOTE}")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        words = "document.querySelector('p').append('word ☃ ')"
        for _ in range(5):
            await puppet.do(record, words)
        await record.until(lambda: texts(record, tab) == [" ".join(["word ☃"] * 5)])
        frames, shown = record.of(Frame, text=words), record.of(Shown, tab=tab)
        assert len({block.slot for event in shown for block in event.blocks}) == 1
        grown = [event for event in shown if event.blocks]
        # Nothing is shown before the frame that brought it, and all of it soon after.
        assert frames[0].time <= grown[0].time
        assert grown[-1].time <= frames[-1].time + 1
        await puppet.do(record, "document.querySelector('p').textContent='x'.repeat(2000)")
        await record.until(lambda: state(record, tab)[0].length == 2000)
        assert len(state(record, tab)[0].text) == 600


async def test_a_sites_own_rule(chromium: Launched) -> None:
    rule = ShowRule(
        name="turns", selector="[data-id]", id="data-id", role="data-role", text=".body", streaming=".cursor"
    )
    plan = (SitePlan(name="lab", hosts=("127.0.0.1",), rules=(rule,)), SitePlan(name="other", hosts=("example.org",)))
    site = Site()
    puppet = Puppet(site)
    site.page(
        "/",
        f"""<body><article data-id=m1 data-role=user><i>You</i><div class=body>hello<p>there</p></div></article>
        <article data-id=m2 data-role=assistant><div class=body>gr<span class=cursor></span></div></article>{REMOTE}""",
    )
    async with site.serving(), recording(chromium.endpoint, plan=plan) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: len(state(record, tab, "turns")) == 2)
        told = [(b.id, b.role, b.text, b.streaming) for b in state(record, tab, "turns")]
        assert told == [("m1", "user", "hello there", False), ("m2", "assistant", "gr", True)]
        await puppet.do(record, "document.querySelector('.cursor').replaceWith('owing')")
        await record.until(lambda: (b := state(record, tab, "turns")[1]).text == "growing" and not b.streaming)
        await puppet.do(record, "document.querySelector('[data-id=m1]').remove()")
        await record.until(lambda: [b.id for b in state(record, tab, "turns")] == ["m2"])


async def test_a_flood_is_bounded_and_said(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/", f"<body><main></main>{REMOTE}")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.one(Shown, tab=tab)
        flood = """for(let n=0;n<30;n++)document.querySelector('main').innerHTML=
            Array.from({length:5000},(_, i)=>`<p>${n} ${i}</p>`).join('')"""
        await puppet.do(record, flood)
        await record.until(lambda: texts(record, tab)[-1:] == ["29 4999"], 20)
        assert len(state(record, tab)) == 2000
        assert record.of(Shown, tab=tab)[-1].dropped == 3000
        assert record.of(Gap, tab=tab)
        await puppet.do(record, "document.querySelector('main').innerHTML='<p>calm</p>'")
        await record.until(lambda: texts(record, tab) == ["calm"])


async def test_shadow_roots_frames_and_rewritten_documents(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/inner", "<p>inside</p>")
    site.page(
        "/",
        f"""<body><div id=host></div><iframe src=/inner></iframe><script>
        const root=document.querySelector('#host').attachShadow({{mode:'open'}});root.innerHTML='<p>shadow</p>'</script>
        {REMOTE}""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == ["shadow"])
        inner = await record.one(Shown, tab=tab, main=False)
        assert [b.text for b in inner.blocks] == ["inside"]
        await puppet.do(record, "root.querySelector('p').textContent='darker'")
        await record.until(lambda: texts(record, tab) == ["darker"])
        await puppet.do(record, "document.querySelector('iframe').remove()")
        await record.until(lambda: record.of(Shown, tab=tab, main=False)[-1].blocks == ())
        await puppet.do(record, "document.open();document.write('<p>written</p>');document.close()")
        await record.until(lambda: texts(record, tab) == ["written"])
        await puppet.do(record, "document.body.insertAdjacentHTML('beforeend','<p>again</p>')")
        await record.until(lambda: texts(record, tab) == ["written", "again"])
        # A change in a block and a change of the whole document, read together: what is in both is read once.
        swap = "const d=document,p=d.querySelector('p'),h=d.documentElement;p.append('!');h.remove();d.append(h)"
        await puppet.do(record, swap)
        await record.until(lambda: texts(record, tab)[:1] != ["written"])
        assert texts(record, tab) == ["written!", "again"]


async def test_navigations_are_told_apart(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    for path in ("/a", "/b"):
        site.page(path, f"<body><p>{path}</p>{REMOTE}")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/a")

        async def after(script: str, path: str, how: str) -> Navigation:
            known = len(record.of(Navigation, tab=tab, main=True))
            await puppet.do(record, script)
            found: list[Navigation] = await record.until(lambda: record.of(Navigation, tab=tab, main=True)[known:])
            assert (found[0].url, found[0].how) == (site.url + path, how)
            return found[0]

        async def showing(text: str, sockets: int) -> None:
            await record.until(lambda: texts(record, tab) == [text])
            await record.until(lambda: len(puppet._sockets) == sockets)

        await showing("/a", 1)
        await after("location.reload()", "/a", "reload")
        await showing("/a", 2)
        await after("location.href='/b'", "/b", "load")
        await showing("/b", 3)
        pushed = await after("history.pushState({},'','/b?x=1')", "/b?x=1", "same-document")
        await after("location.hash='y'", "/b?x=1#y", "same-document")
        await after("history.back()", "/b?x=1", "same-document")
        assert pushed.loader == record.of(Navigation, tab=tab, main=True)[-1].loader
        await after("history.go(-2)", "/a", "history")
        assert len(record.of(Lifecycle, tab=tab, name="load")) >= 3


async def test_popups_are_tabs_and_close(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/pop", "<p>popped</p>")
    site.page("/", f"<body><p>opener</p>{REMOTE}")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab))
        await puppet.do(record, "window.popup=window.open('/pop')")
        popup = await record.one(TargetAttached, opener=record.of(Shown, tab=tab)[0].target)
        assert popup.tab not in (None, tab, "A")
        # A window's first document gives its worlds to the next: what that one shows must be seen all the same.
        await record.until(lambda: texts(record, popup.tab or "") == ["popped"])
        await puppet.do(record, "popup.close()")
        assert (await record.one(TargetGone, tab=popup.tab)).type == "page"


async def test_visibility_and_input(chromium: Launched) -> None:
    site = Site()
    site.page("/", "<p>visible</p>")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.one(Visibility, tab=tab, visible=True)
        other = await record.open(site.url + "/")
        await record.one(Visibility, tab=other, visible=True)
        await record.until(lambda: record.of(Visibility, tab=tab)[-1].visible is False)
        await record.do(do="focus", tab=tab)
        await record.until(lambda: record.of(Visibility, tab=tab)[-1].visible)
        await record.until(lambda: not record.of(Visibility, tab=other)[-1].visible)
        assert not record.of(UserInput)


async def test_a_prerendered_page_takes_over(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/next", "<p>next</p><script>fetch('/rendered').catch(()=>0)</script>")
    site.page(
        "/",
        f"""<body><p>first</p>{REMOTE}
        <script type=speculationrules>{{"prerender":[{{"urls":["/next"],"eagerness":"immediate"}}]}}</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == ["first"])
        early = await record.one(TargetAttached, subtype="prerender")
        await record.until(lambda: [e for e in record.of(Request) if e.url.endswith("/rendered")])
        # What is not on the screen yet is no tab's.
        assert {e.tab for e in record.events if e.target == early.target} == {None}
        await puppet.do(record, "location.href='/next'")
        assert (await record.one(Navigation, how="prerender")).tab == tab
        await record.until(lambda: texts(record, tab) == ["next"])
        after = record.of(Shown, target=early.target)[-1]
        assert (after.tab, after.full) == (tab, True)


async def test_a_hidden_tab_is_read_at_once(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/", f"<body><p>0</p>{REMOTE}")
    site.page("/front", "<p>front</p>")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == ["0"])
        await record.open(site.url + "/front")
        await record.until(lambda: record.of(Visibility, tab=tab)[-1].visible is False)
        for number in range(1, 6):
            script = f"document.querySelector('p').textContent='{number}'"
            await puppet.do(record, script)
            await record.until(lambda number=number: texts(record, tab) == [str(number)])  # type: ignore[misc]
            carried = record.of(Frame, text=script)[0].time
            assert carried <= record.of(Shown, tab=tab)[-1].time <= carried + 0.3


async def test_a_frame_of_another_site(chromium: Launched) -> None:
    site = Site()
    site.socket("/ws", ("from the frame",))
    site.page("/inner", "<p>inside</p><script>new WebSocket(`ws://${location.host}/ws`)</script>")
    site.page(
        "/", "<p>outside</p><script>document.write(`<iframe src=http://localhost:${location.port}/inner>`)</script>"
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        frame = await record.one(TargetAttached, type="iframe")
        inner = await record.one(Shown, target=frame.target)
        assert ([b.text for b in inner.blocks], inner.tab, inner.main) == (["inside"], tab, False)
        assert (await record.one(Frame, target=frame.target)).tab == tab
        assert texts(record, tab) == ["outside"]


async def test_a_frame_that_is_laid_out_later_is_read_then(chromium: Launched) -> None:
    site = Site()
    puppet = Puppet(site)
    site.page("/inner", "<p>inside</p>")
    frames = (
        f"<iframe hidden src=http://{host}:${{location.port}}/inner></iframe>" for host in ("localhost", "127.0.0.1")
    )
    site.page("/", f"<p>outside</p>{REMOTE}<script>document.write(`<div>{''.join(frames)}</div>`)</script>")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.one(Lifecycle, tab=tab, name="load")
        assert not record.of(Shown, tab=tab, main=False)
        await puppet.do(record, "for (const frame of document.querySelectorAll('iframe')) frame.hidden = false")
        inner = await record.until(lambda: len(found := record.of(Shown, tab=tab, main=False)) == 2 and found)
        assert [[block.text for block in shown.blocks] for shown in inner] == [["inside"]] * 2
        assert len({shown.target for shown in inner}) == 2

        def both(part: slice) -> bool:
            return len(record.of(Shown, tab=tab, main=False)[part]) == 2

        # The page hides what they stand in, and shows it again: no mutation in a frame tells of that.
        for display, told in (("none", [()] * 2), ("block", [("inside",)] * 2)):
            later = slice(len(record.of(Shown, tab=tab, main=False)), None)
            await puppet.do(record, f"document.querySelector('div').style.display = '{display}'")
            await record.until(partial(both, later))
            after = record.of(Shown, tab=tab, main=False)[later]
            assert [tuple(block.text for block in shown.blocks) for shown in after] == told
            assert [shown.gone for shown in after] == ([(1,)] * 2 if display == "none" else [()] * 2)
