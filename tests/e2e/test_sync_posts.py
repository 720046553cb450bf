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
from tests.e2e.harness import LOADED_S, Listeners, Site, recording, told, until

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
LIKED = "document.querySelectorAll('footer')[{}].textContent === '4'"
COUNT = "document.querySelectorAll('article').length === {}"
REST_S = 1.2
TITLES = ("Sunset over the bay", "A new bicycle", "Lunch by the river", "The first snow")


class Posts(Site):
    """The posts, in memory; the log is (time, what was done, post)."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, dict[str, Any]] = {
            f"p{n}x7": {"id": f"p{n}x7", "title": title, "likes": 3, "comments": []} for n, title in enumerate(TITLES)
        }
        self.listeners = Listeners(self)
        self.page("/", PAGE)
        self.on("GET", "/posts", self._posts)
        for method, path in (("POST", "/posts/{id}/like"), ("POST", "/posts/{id}/comments"), ("DELETE", "/posts/{id}")):
            self.on(method, path, self._change)

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
        await self.listeners.tell(news)
        return web.json_response({})


async def test_likes_and_deletions_are_writes_and_what_is_folded_up_is_not_lacked(chromium: Launched) -> None:
    site = Posts()
    like, comment, delete = (
        "say('/posts/{}/like', 'POST')",
        "say('/posts/{}/comments', 'POST', {})",
        "say('/posts/{}', 'DELETE')",
    )
    async with site.serving(), Driver(chromium.endpoint) as driver, recording(chromium.endpoint) as one:
        writer, other = [await driver.open(f"{site.url}/") for _ in range(2)]

        async def act(call: str, tab: str, condition: str) -> None:
            """The writer does something, which a tab comes to show; then a while passes."""
            await driver.evaluate(writer, call)
            await until(driver, tab, condition)
            await asyncio.sleep(REST_S)

        await driver.reload(other)
        await asyncio.sleep(LOADED_S)
        await driver.evaluate(writer, "document.querySelectorAll('details').forEach((one) => one.open = true), 0")
        await act(like.format("p1x7"), other, LIKED.format(1))
        await act(comment.format("p2x7", "{ text: 'The fish was excellent' }"), writer, "!!document.querySelector('p')")
        await act(delete.format("p3x7"), other, COUNT.format(3))
        site.listeners.deaf.add(str(await driver.evaluate(other, "window.name")))
        await act(like.format("p0x7"), writer, LIKED.format(0))
        await act(delete.format("p2x7"), writer, COUNT.format(2))
        behind = subject_of(told(one, later_s=3.0), site)
        await driver.reload(other)
        await until(driver, other, COUNT.format(2))
        await asyncio.sleep(REST_S)
        subject = subject_of(told(one, later_s=4.0), site)
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
