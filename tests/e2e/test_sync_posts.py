"""Posts with counts that are alike, comments that are folded up, and posts that are deleted."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from monitor.model import TargetAttached
from tests.e2e.harness import Site, recording, told

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGE = """<h1>Posts</h1><main></main><script>
let posts = [];
const list = document.querySelector("main");
const draw = () => {
  const old = new Map([...list.children].map((one) => [one.dataset.id, one]));
  for (const post of posts) {
    let one = old.get(post.id);
    if (!one) {
      one = document.createElement("article");
      one.dataset.id = post.id;
      one.innerHTML = "<h3></h3><footer></footer><details><summary>Comments</summary><div></div></details>";
      list.append(one);
    }
    old.delete(post.id);
    const [title, likes, { lastChild: comments }] = one.children;
    if (title.textContent !== post.title) title.textContent = post.title;
    if (likes.textContent !== String(post.likes)) likes.textContent = post.likes;
    while (comments.children.length < post.comments.length) {
      const textContent = post.comments[comments.children.length];
      comments.append(Object.assign(document.createElement("p"), { textContent }));
    }
  }
  for (const one of old.values()) one.remove();
};
const load = async () => { posts = await (await fetch("/posts")).json(); draw(); };
const say = (path, method, body) => fetch(path, { method, body: body && JSON.stringify(body) }).then(() => 0);
new WebSocket(`ws://${location.host}/told?me=${window.name ||= Math.random()}`).onmessage = ({ data }) => {
  const { gone, ...post } = JSON.parse(data), known = posts.find((one) => one.id === post.id);
  if (gone) posts = posts.filter((one) => one.id !== gone);
  else Object.assign(known, post);
  draw();
};
load();
</script>"""
TITLES = ("Sunset over the bay", "A new bicycle", "Lunch by the river", "The first snow")


class Posts(Site):
    """The posts, in memory; the log is (time, what was done, post)."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, dict[str, Any]] = {
            f"p{n}x7": {"id": f"p{n}x7", "title": title, "likes": 3, "comments": []} for n, title in enumerate(TITLES)
        }
        self.deaf: set[str] = set()
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.page("/", PAGE)
        self.on("GET", "/posts", self._posts)
        for method, path in (("POST", "/posts/{id}/like"), ("POST", "/posts/{id}/comments"), ("DELETE", "/posts/{id}")):
            self.on(method, path, self._change)
        self.on("GET", "/told", self._told)

    async def _posts(self, request: web.Request) -> web.Response:
        return web.json_response([*self.posts.values()], headers={"Cache-Control": "no-store"})

    async def _change(self, request: web.Request) -> web.Response:
        post = self.posts[request.match_info["id"]]
        if request.method == "DELETE":
            del self.posts[post["id"]]
            news: dict[str, Any] = {"gone": post["id"]}
        elif request.path.endswith("like"):
            post["likes"] += 1
            news = {"id": post["id"], "likes": post["likes"]}
        else:
            post["comments"].append((await request.json())["text"])
            news = {"id": post["id"], "comments": post["comments"]}
        self.log.append((time.time(), f"{request.method} {request.path}", post["id"]))
        for name, socket in self.sockets.items():
            if name not in self.deaf and not socket.closed:
                await socket.send_json(news)
        return web.json_response({})

    async def _told(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[request.query["me"]] = socket
        async for _ in socket:
            pass
        return socket


async def test_likes_and_deletions_are_writes_and_what_is_folded_up_is_not_lacked(chromium: Launched) -> None:
    site = Posts()
    async with site.serving(), Driver(chromium.endpoint) as driver, recording(chromium.endpoint) as one:
        writer, other = [await driver.open(f"{site.url}/") for _ in range(2)]
        await driver.reload(other)
        await asyncio.sleep(4.0)  # their loads are over
        await driver.evaluate(writer, "document.querySelectorAll('details').forEach((one) => one.open = true), 0")
        await driver.evaluate(writer, "say('/posts/p1x7/like', 'POST')")
        await asyncio.sleep(3.0)
        await driver.evaluate(writer, "say('/posts/p2x7/comments', 'POST', { text: 'The fish was excellent' })")
        await asyncio.sleep(3.0)
        await driver.evaluate(writer, "say('/posts/p3x7', 'DELETE')")
        await asyncio.sleep(3.0)
        site.deaf.add(str(await driver.evaluate(other, "window.name")))
        await driver.evaluate(writer, "say('/posts/p0x7/like', 'POST')")
        await asyncio.sleep(3.0)
        await driver.evaluate(writer, "say('/posts/p2x7', 'DELETE')")
        await asyncio.sleep(4.0)
        behind = subject_of(told(one), site)
        await driver.reload(other)
        await asyncio.sleep(5.0)
        subject = subject_of(told(one), site)
        first, second = [one.of(TargetAttached, target=target)[0].tab for target in (writer, other)]
    assert [(write.tab, write.request) for write in subject.writes] == [(first, what) for _, what, _ in site.log]
    assert [write.what for write in subject.writes] == ["made", "made", "removed", "made", "removed"]
    ways = [[(seen.tab, seen.via) for seen in write.seen] for write in subject.writes]
    assert ways == [[(second, "socket")], [], [(second, "socket")], [(second, "reload")], [(second, "reload")]]
    assert [len(stale.missing) for stale in behind.stale_now] == [1]
    assert [(wrong.tab, wrong.what) for wrong in behind.disorders] == [(second, "extra")]
    assert (subject.stale_now, subject.disorders, subject.violations) == ((), (), ())


def subject_of(found: Any, site: Site) -> Any:
    """The one page of the site."""
    [subject] = [one for one in found.subjects if one.subject.startswith(site.url)]
    return subject
