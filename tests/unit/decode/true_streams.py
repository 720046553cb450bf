"""True-shaped streams of every protocol, and of applications that speak none: what the matrix of claims is made of.

A frame is a value (JSON), a text or bytes, a pair of a direction and one of these, or a server-sent event `Sse`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from monitor import model
from monitor.decode import Decoder
from monitor.model import Event, Message
from tests.unit.decode.streams_of import ANSWER, CHATGPT, CLAUDE, CLAUDE_ANSWER, body, chunk, finished, response

NEUTRAL = {"socket": "wss://example.org/ws", "fetch": "https://example.org/api", "sse": "https://example.org/events"}


@dataclass(frozen=True)
class Sse:
    """One event of an EventSource."""

    data: Any
    event: str = "message"


@dataclass(frozen=True)
class Stream:
    """One connection.

    frames: what went over it. out: those that the page sent, by index. found: the protocols that its messages may have
    where the address and the subprotocol are known. blind: whether it is recognised by its end with neither known.
    """

    found: str
    frames: list[Any]
    out: set[int] = field(default_factory=set)
    url: str = ""
    subprotocol: str = ""
    mime: str = ""
    kind: str = "socket"
    blind: bool = True
    also: tuple[str, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        """For the test's id."""
        return self.label or self.found


def events(stream: Stream, hints: bool, start: int = 0, end: int | None = None) -> list[Event]:
    """The events of a stream, from one frame to another, with what is known of the connection or without."""
    url = stream.url if hints and stream.url else NEUTRAL[stream.kind]
    found: list[Event] = []
    if stream.kind == "socket":
        found.append(model.SocketOpened(time=1.0, connection="c", url=url, late=start > 0))
        if hints and stream.subprotocol:
            found.append(model.SocketHandshake(time=1.0, connection="c", subprotocol=stream.subprotocol))
    else:
        found.append(response(url, stream.mime or "text/event-stream", "c"))
    for index, one in list(enumerate(stream.frames))[start:end]:
        found.append(_event(one, "out" if index in stream.out else "in", stream, url))
    return [*found, finished("c")] if stream.kind == "fetch" else found


def _event(one: Any, direction: model.Direction, stream: Stream, url: str) -> Event:
    if isinstance(one, Sse):
        text = one.data if isinstance(one.data, str) else json.dumps(one.data)
        return model.SseMessage(time=1.0, connection="c", event=one.event, text=text)
    if stream.kind == "fetch":
        if direction == "out":
            text = one if isinstance(one, str) else json.dumps(one)
            return model.Request(time=1.0, connection="q", method="POST", url=url, text=text)
        return chunk(one, "c") if isinstance(one, (str, bytes)) else body(json.dumps(one), "c")
    if isinstance(one, bytes):
        return model.Frame(time=1.0, connection="c", dir=direction, opcode=2, size=len(one), data=one)
    text = one if isinstance(one, str) else json.dumps(one)
    return model.Frame(time=1.0, connection="c", dir=direction, size=len(text), text=text)


def messages(stream: Stream, hints: bool, start: int = 0, end: int | None = None) -> list[Message]:
    """What a decoder finds in a stream."""
    decoder = Decoder()
    decoded = [decoder.feed(event) for event in events(stream, hints, start, end)]
    return [message for one in decoded if one for message in one.messages]


def _stomp(command: str, text: str = "", **headers: str) -> str:
    lines = "".join(f"{name.replace('_', '-')}:{value}\n" for name, value in headers.items())
    return f"{command}\n{lines}\n{text}\0"


def _jupyter(kind: str, channel: str, content: Any) -> dict[str, Any]:
    header = {"msg_id": "m1", "msg_type": kind, "username": "u", "session": "s", "date": "2026-01-04", "version": "5.3"}
    parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    return {**parts, "buffers": [], "channel": channel}


_WELCOME = {"roles": {"broker": {"features": {}}, "dealer": {}}, "authmethod": "anonymous", "realm": "realm1"}
_FIRESTORE = (
    "https://firestore.googleapis.com/google.firestore.v1.Firestore/Listen/channel?gsessionid=g&VER=8&SID=s&AID=0"
)


def _chunked(*arrays: Any) -> str:
    texts = [json.dumps(one) for one in arrays]
    return "".join(f"{len(text)}\n{text}" for text in texts)


STREAMS = [
    Stream(
        "ably",
        [
            {"action": 4, "connectionId": "c", "connectionKey": "k", "connectionDetails": {"clientId": "me"}},
            {"action": 10, "channel": "room", "params": {}, "flags": 0},
            {"action": 11, "channel": "room", "channelSerial": "108", "flags": 0},
            {"action": 15, "channel": "room", "msgSerial": 0, "messages": [{"name": "greet", "data": "hi"}]},
            {"action": 1, "msgSerial": 0, "count": 1},
            {"action": 15, "id": "x:0", "channel": "room", "channelSerial": "109", "timestamp": 1767520800000,
             "messages": [{"name": "greet", "data": '{"a":1}', "encoding": "json"}]},
            {"action": 0},
            {"action": 14, "channel": "room", "timestamp": 1, "presence": [{"action": 2, "clientId": "me"}]},
        ],
        out={1, 3},
        url="wss://realtime.ably.io/?key=k&format=json&heartbeats=true&v=2",
    ),
    Stream(
        "firebase",
        [
            {"t": "c", "d": {"t": "h", "d": {"ts": 1767520800000, "v": "5", "h": "s-1.example", "s": "x"}}},
            {"t": "d", "d": {"r": 1, "a": "s", "b": {"c": {"sdk.js.11": 1}}}},
            {"t": "d", "d": {"r": 2, "a": "q", "b": {"p": "/rooms/1", "h": ""}}},
            {"t": "d", "d": {"r": 1, "b": {"s": "ok", "d": ""}}},
            {"t": "d", "d": {"b": {"p": "rooms/1", "d": {"a": 1}}, "a": "d"}},
            {"t": "d", "d": {"r": 2, "b": {"s": "ok", "d": {}}}},
            "0",
            "2", '{"t":"d","d":{"b":{"p":"rooms/1","d":{"text":"lo', 'ng"}},"a":"m"}}',
        ],
        out={1, 2, 6},
        url="wss://s-1.firebaseio.com/.ws?v=5&s=x&ns=app",
    ),
    Stream(
        "firebase",
        [Sse({"path": "/", "data": {"a": 1}}, "put"), Sse({"path": "/a", "data": 2}, "put"), Sse("null", "keep-alive")],
        url="https://app.firebaseio.com/rooms.json", kind="sse", label="firebase-stream",
    ),
    Stream(
        "webchannel",
        [_chunked([[0, ["c", "SID", "", 8, 14, 30000]]]),
         _chunked([[1, [{"targetChange": {"targetChangeType": "ADD", "targetIds": [2]}}]]]),
         _chunked([[2, [{"documentChange": {"document": {"name": "n/ü"}, "targetIds": [2]}}]], [3, ["noop"]]])],
        url=_FIRESTORE, mime="text/plain", kind="fetch", blind=False,
    ),
    Stream(
        "webchannel",
        ["count=1&ofs=0&req0___data__=%7B%22database%22%3A%22d%22%2C%22addTarget%22%3A%7B%22targetId%22%3A2%7D%7D"],
        out={0}, url=_FIRESTORE, kind="fetch", label="webchannel-form",
    ),
    Stream(
        "stomp",
        [
            _stomp("CONNECT", accept_version="1.0,1.1,1.2", heart_beat="10000,10000", host="/"),
            _stomp("CONNECTED", version="1.2", heart_beat="10000,10000"),
            _stomp("SUBSCRIBE", id="sub-0", destination="/topic/a"),
            "\n",
            _stomp("MESSAGE", '{"a":1}', subscription="sub-0", message_id="1", destination="/a", content_length="7"),
            _stomp("SEND", "hé", destination="/app/a") + "\n" + _stomp("RECEIPT", receipt_id="1"),
            "\r\n",
        ],
        out={0, 2, 3}, subprotocol="v12.stomp", url="wss://example.org/stomp",
    ),
    Stream(
        "irc",
        [
            "CAP REQ :twitch.tv/tags twitch.tv/commands", "PASS SCHMOOPIIE", "NICK justinfan123",
            ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands\r\n",
            ":tmi.twitch.tv 001 justinfan123 :Welcome, GLHF!\r\n:tmi.twitch.tv 002 justinfan123 :Your host is tmi\r\n",
            "JOIN #chan", "@emote-only=0;room-id=12 :tmi.twitch.tv ROOMSTATE #chan\r\n",
            r"@badge-info=;color=#FF0000;display-name=Bob\sthe\:\sfirst :bob!bob@twitch.tv PRIVMSG #chan :hi : there",
            "PING :tmi.twitch.tv\r\n", "PONG :tmi.twitch.tv", ":ann!ann@ann.tmi.twitch.tv PRIVMSG #chan :yes\r\n",
        ],
        out={0, 1, 2, 5, 9}, url="wss://irc-ws.chat.twitch.tv/",
    ),
    Stream(
        "wamp",
        [
            [1, "realm1", {"roles": {"caller": {}, "subscriber": {}}, "agent": "x"}],
            [2, 3728476201, _WELCOME],
            [32, 1, {}, "com.app.topic"],
            [33, 1, 5512315355],
            [36, 5512315355, 4429313566, {}, [1, "a"], {"k": 2}],
            [48, 2, {}, "com.app.add", [1, 2]],
            [50, 2, {}, [3]],
            [8, 48, 3, {}, "wamp.error.no_such_procedure", ["x"]],
            [6, {}, "wamp.close.normal"],
        ],
        out={0, 2, 5, 8}, subprotocol="wamp.2.json",
    ),
    Stream(
        "zero",
        [
            ["initConnection", {"desiredQueriesPatch": [{"op": "put", "hash": "h", "ast": {"table": "t"}}]}],
            ["connected", {"wsid": "w1", "timestamp": 1767520800000}],
            ["pokeStart", {"pokeID": "p1", "baseCookie": None}],
            ["pokePart", {"pokeID": "p1", "rowsPatch": [{"op": "put", "tableName": "t", "value": {"id": 1}}]}],
            ["pokeEnd", {"pokeID": "p1", "cookie": "01"}],
            ["push", {"clientGroupID": "g", "mutations": [], "pushVersion": 1, "requestID": "r", "timestamp": 1}],
            ["ping", {}],
            ["pong", {}],
        ],
        out={0, 5, 6}, url="wss://example.org/sync/v30/connect?clientID=c&clientGroupID=g&wsid=w1",
    ),
    Stream(
        "replicache",
        [{"pullVersion": 1, "clientGroupID": "g", "cookie": None, "profileID": "p", "schemaVersion": ""},
         {"cookie": 3, "lastMutationIDChanges": {"c": 1}, "patch": [{"op": "put", "key": "k", "value": 1}]}],
        out={0}, mime="application/json", kind="fetch",
    ),
    Stream(
        "liveblocks",
        [
            {"type": 104, "actor": 1, "nonce": "n", "scopes": ["room:write"], "users": {}, "meta": {}},
            [{"type": 100, "targetActor": -1, "data": {"cursor": None}}, {"type": 200}],
            {"type": 200, "items": [["root", {"type": 0, "data": {}}]]},
            {"type": 101, "actor": 2, "id": "u", "info": {}, "scopes": []},
            {"type": 100, "actor": 2, "data": {"cursor": {"x": 1, "y": 2}}},
            [{"type": 201, "ops": [{"type": 3, "opId": "1:0", "id": "root", "data": {"a": 1}}]}],
            {"type": 103, "actor": 2, "event": {"type": "EMOJI"}},
            "ping", "pong",
        ],
        out={1, 5, 7}, url="wss://api.liveblocks.io/v7?tok=t&roomId=r&version=2.0.0",
    ),
    Stream(
        "slack",
        [
            {"type": "hello"},
            {"type": "message", "channel": "C024BE91L", "user": "U2147483697", "text": "hi", "ts": "1767520800.000200"},
            {"type": "message", "subtype": "message_changed", "channel": "C024BE91L", "ts": "1767520801.000300",
             "message": {"type": "message", "text": "hi!"}},
            {"type": "user_typing", "channel": "C024BE91L", "user": "U2147483697"},
            {"id": 1, "type": "ping"},
            {"type": "pong", "reply_to": 1},
        ],
        out={4}, url="wss://wss-primary.slack.com/?token=t",
    ),
    Stream(
        "slack",
        [
            {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}, "debug_info": {"host": "h"}},
            {"envelope_id": "e1", "type": "events_api", "accepts_response_payload": False,
             "payload": {"type": "event_callback", "event": {"type": "app_mention", "channel": "C024BE91L"}}},
            {"envelope_id": "e1"},
            {"type": "disconnect", "reason": "refresh_requested", "debug_info": {}},
        ],
        out={2}, url="wss://wss-primary.slack.com/link/?ticket=t", label="slack-socket-mode",
    ),
    Stream(
        "discord",
        [
            {"t": None, "s": None, "op": 10, "d": {"heartbeat_interval": 41250, "_trace": []}},
            {"op": 2, "d": {"token": "t", "properties": {}}},
            {"t": "READY", "s": 1, "op": 0, "d": {"v": 9}},
            {"op": 1, "d": 1},
            {"t": None, "s": None, "op": 11, "d": None},
            {"t": "MESSAGE_CREATE", "s": 2, "op": 0, "d": {"id": "1", "content": "hi"}},
        ],
        out={1, 3}, url="wss://gateway.discord.gg/?encoding=json&v=9",
    ),
    Stream(
        "centrifugo",
        [
            {"connect": {"token": "t", "name": "js"}, "id": 1},
            {"id": 1, "connect": {"client": "c", "version": "5.0.0", "ping": 25, "pong": True}},
            {"subscribe": {"channel": "news"}, "id": 2},
            {"id": 2, "subscribe": {}},
            '{"push":{"channel":"news","pub":{"data":{"a":1}}}}\n{"push":{"channel":"news","pub":{"data":{"a":2}}}}\n',
            {}, {},
            {"id": 3, "error": {"code": 103, "message": "permission denied"}},
        ],
        out={0, 2, 6}, url="wss://example.org/connection/websocket",
    ),
    Stream(
        "ddp",
        [
            {"server_id": "0"},
            {"msg": "connect", "version": "1", "support": ["1", "pre2", "pre1"]},
            {"msg": "connected", "session": "s1"},
            {"msg": "sub", "id": "1", "name": "messages", "params": ["room"]},
            {"msg": "added", "collection": "messages", "id": "m1", "fields": {"text": "hi"}},
            {"msg": "ready", "subs": ["1"]},
            {"msg": "method", "method": "send", "params": ["x"], "id": "2"},
            {"msg": "result", "id": "2", "result": True},
            {"msg": "updated", "methods": ["2"]},
            {"msg": "ping"}, {"msg": "pong"},
        ],
        out={1, 3, 6, 10}, url="wss://example.org/websocket", also=("json",),
    ),
    Stream(
        "ddp",
        [
            "o", 'a["{\\"server_id\\":\\"0\\"}"]',
            '["{\\"msg\\":\\"connect\\",\\"version\\":\\"1\\",\\"support\\":[\\"1\\"]}"]',
            'a["{\\"msg\\":\\"connected\\",\\"session\\":\\"s1\\"}"]',
            "h", 'a["{\\"msg\\":\\"added\\",\\"collection\\":\\"c\\",\\"id\\":\\"x\\",\\"fields\\":{}}"]',
        ],
        out={2}, url="wss://example.org/sockjs/123/abcdefgh/websocket", also=("sockjs", "json"), label="ddp-in-sockjs",
    ),
    Stream(
        "stomp",
        [
            "o", json.dumps([_stomp("CONNECT", accept_version="1.1")]),
            "a" + json.dumps([_stomp("CONNECTED", version="1.1")]),
            "a" + json.dumps(["\n"]),
            "a" + json.dumps([_stomp("MESSAGE", "x", destination="/a", message_id="1", subscription="0")]), "h",
        ],
        out={1}, url="wss://example.org/stomp/123/abcdefgh/websocket", also=("sockjs",), label="stomp-in-sockjs",
    ),
    Stream(
        "jupyter",
        [
            _jupyter("execute_request", "shell", {"code": "1+1", "silent": False}),
            _jupyter("status", "iopub", {"execution_state": "busy"}),
            _jupyter("execute_result", "iopub", {"data": {"text/plain": "2"}, "execution_count": 1}),
        ],
        out={0}, url="ws://127.0.0.1:8888/api/kernels/k1/channels?session_id=s",
    ),
    Stream(
        "phoenix",
        [
            ["3", "3", "room:lobby", "phx_join", {}],
            ["3", "3", "room:lobby", "phx_reply", {"status": "ok", "response": {}}],
            ["3", None, "room:lobby", "new_msg", {"body": "hi"}],
            [None, "4", "phoenix", "heartbeat", {}],
        ],
        out={0, 3}, url="wss://example.org/socket/websocket?vsn=2.0.0",
    ),
    Stream(
        "phoenix",
        [
            ["4", "4", "lv:phx-F1", "phx_join", {"url": "https://example.org/", "session": "s"}],
            ["4", "4", "lv:phx-F1", "phx_reply", {"response": {"rendered": {"0": "a", "s": ["", ""]}}, "status": "ok"}],
            ["4", "5", "lv:phx-F1", "event", {"type": "click", "event": "inc", "value": {}}],
            ["4", "5", "lv:phx-F1", "phx_reply", {"response": {"diff": {"0": "1"}}, "status": "ok"}],
            ["4", None, "lv:phx-F1", "diff", {"0": "2"}],
        ],
        out={0, 2}, url="wss://example.org/live/websocket?_csrf_token=t&vsn=2.0.0", label="liveview",
    ),
    Stream(
        "supabase",
        [
            {"topic": "realtime:room", "event": "phx_join", "payload": {"config": {}}, "ref": "1", "join_ref": "1"},
            {"event": "phx_reply", "payload": {"status": "ok", "response": {}}, "ref": "1", "topic": "realtime:room"},
            {"event": "postgres_changes", "topic": "realtime:room", "ref": None,
             "payload": {"ids": [1], "data": {"type": "INSERT", "table": "t", "record": {"id": 1}}}},
            {"event": "broadcast", "topic": "realtime:room", "ref": None,
             "payload": {"type": "broadcast", "event": "cursor", "payload": {"x": 1}}},
            {"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": "2"},
        ],
        out={0, 4}, url="wss://p.supabase.co/realtime/v1/websocket?apikey=k&vsn=1.0.0", also=("phoenix",),
    ),
    Stream(
        "supabase",
        [
            ["1", "1", "realtime:room", "phx_join", {"config": {}}],
            ["1", "1", "realtime:room", "phx_reply", {"status": "ok", "response": {}}],
            ["1", None, "realtime:room", "presence_state", {}],
            [None, "2", "phoenix", "heartbeat", {}],
        ],
        out={0, 3}, url="wss://p.supabase.co/realtime/v1/websocket?apikey=k&vsn=2.0.0", also=("phoenix",),
        label="supabase-2",
    ),
    Stream(
        "trpc",
        [
            {"id": 1, "method": "subscription", "params": {"input": {"room": 1}, "path": "chat.onAdd"}},
            {"id": 1, "result": {"type": "started"}},
            {"id": 1, "result": {"type": "data", "data": {"text": "hi"}}},
            "PING", "PONG",
            {"id": 2, "method": "query", "params": {"path": "chat.list"}},
            {"id": 1, "method": "subscription.stop"},
            {"id": 1, "result": {"type": "stopped"}},
        ],
        out={0, 4, 5, 6},
    ),
    Stream(
        "trpc",
        [
            {"id": 1, "jsonrpc": "2.0", "method": "subscription", "params": {"input": {}, "path": "onAdd"}},
            {"id": 1, "jsonrpc": "2.0", "result": {"type": "started"}},
            {"id": 1, "jsonrpc": "2.0", "result": {"type": "data", "data": 1}},
        ],
        out={0}, label="trpc-jsonrpc",
    ),
    Stream(
        "graphql",
        [{"query": "query Rooms($n: Int) { rooms(first: $n) { id } }", "variables": {"n": 1}, "operationName": "Rooms"},
         {"data": {"rooms": []}}],
        out={0}, url="https://example.org/graphql", mime="application/json", kind="fetch", also=("json",),
    ),
    Stream(
        "graphql",
        [Sse({"data": {"n": 1}}, "next"), Sse({"data": {"n": 2}}, "next"), Sse("", "complete")],
        url="https://example.org/graphql/stream", kind="sse", label="graphql-sse",
    ),
    Stream(
        "graphql",
        [Sse({"id": "o1", "payload": {"data": {"n": 1}}}, "next"), Sse({"id": "o1"}, "complete")],
        url="https://example.org/graphql/stream", kind="sse", label="graphql-sse-single",
    ),
    Stream(
        "graphql",
        ['\r\n---\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{"data":{"a":1},"hasNext":true}\r\n---\r\n',
         'Content-Type: a/json\r\n\r\n{"incremental":[{"data":{"b":2},"path":[]}],"hasNext":false}\r\n-----\r\n'],
        mime="multipart/mixed", kind="fetch", label="graphql-multipart",
    ),
    Stream(
        "graphql-ws",
        [
            {"type": "connection_init", "payload": {}}, {"type": "connection_ack"},
            {"id": "1", "type": "subscribe", "payload": {"query": "subscription { a }"}},
            {"id": "1", "type": "next", "payload": {"data": {"a": 1}}},
            {"type": "ping"}, {"type": "pong"}, {"id": "1", "type": "complete"},
        ],
        out={0, 2, 5}, subprotocol="graphql-transport-ws", also=("json",),
    ),
    Stream(
        "graphql-ws",
        [
            {"type": "connection_init", "payload": {}}, {"type": "connection_ack"}, {"type": "ka"},
            {"id": "1", "type": "start", "payload": {"query": "subscription { a }", "variables": {}}},
            {"id": "1", "type": "data", "payload": {"data": {"a": 1}}}, {"id": "1", "type": "stop"},
        ],
        out={0, 3, 5}, subprotocol="graphql-ws", also=("json",), label="subscriptions-transport-ws",
    ),
    Stream(
        "matrix",
        [{"next_batch": "s72595_4483", "rooms": {"join": {"!r:example.org": {"timeline": {"events": []}}}}}],
        url="https://example.org/_matrix/client/v3/sync?since=s1&timeout=30000", mime="application/json", kind="fetch",
    ),
    Stream(
        "mercure",
        [Sse({"@id": "/books/1", "@type": "Book", "status": "OutOfStock"}), Sse("plain text", "note")],
        url="https://example.org/.well-known/mercure?topic=https%3A%2F%2Fexample.org%2Fbooks%2F1", kind="sse",
        blind=False,
    ),
    Stream(
        "htmx",
        [
            {"chat_message": "hi", "HEADERS": {"HX-Request": "true", "HX-Trigger": "form", "HX-Target": "form"}},
            '<div id="chat" hx-swap-oob="beforeend"><p>hi</p></div>',
        ],
        out={0}, url="wss://example.org/chatroom",
    ),
    Stream(
        "turbo-stream",
        [Sse('<turbo-stream action="append" target="messages"><template><p>hi</p></template></turbo-stream>')],
        kind="sse",
    ),
    Stream(
        "json-patch",
        [Sse([{"op": "add", "path": "/a", "value": 1}]), Sse([{"op": "replace", "path": "/a", "value": 2}])],
        kind="sse",
    ),
    Stream(
        "socket.io",
        [
            '0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}', "40", '40{"sid":"y"}',
            '42["hello",{"a":1}]', "2", "3", '42/admin,7["do",1]', '43/admin,7["ok"]',
            '451-["file",{"_placeholder":true,"num":0}]', b"\x00\xff",
        ],
        out={1, 5, 6}, url="wss://example.org/socket.io/?EIO=4&transport=websocket",
    ),
    Stream(
        "signalr",
        ['{"protocol":"json","version":1}\x1e', "{}\x1e", '{"type":6}\x1e',
         '{"type":1,"target":"ReceiveMessage","arguments":["hi"]}\x1e'],
        out={0}, url="wss://example.org/chathub?id=x",
    ),
    Stream(
        "pusher",
        [
            {"event": "pusher:connection_established", "data": '{"socket_id":"1.2","activity_timeout":30}'},
            {"event": "pusher:subscribe", "data": {"channel": "c"}},
            {"event": "pusher_internal:subscription_succeeded", "data": "{}", "channel": "c"},
            {"event": "created", "channel": "c", "data": '{"id":1}'},
            {"event": "pusher:ping", "data": {}}, {"event": "pusher:pong", "data": {}},
        ],
        out={1, 5}, url="wss://ws-eu.pusher.com/app/key?protocol=7&client=js&version=8.4.0", also=("json",),
    ),
    Stream(
        "actioncable",
        [
            {"type": "welcome"},
            {"command": "subscribe", "identifier": '{"channel":"RoomChannel","room":"1"}'},
            {"identifier": '{"channel":"RoomChannel","room":"1"}', "type": "confirm_subscription"},
            {"type": "ping", "message": 1767520800},
            {"identifier": '{"channel":"RoomChannel","room":"1"}', "message": {"body": "hi"}},
        ],
        out={1}, subprotocol="actioncable-v1-json", also=("json",),
    ),
    Stream(
        "jsonrpc",
        [{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, {"jsonrpc": "2.0", "id": 1, "result": {"tools": []}},
         {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}}],
        out={0},
    ),
    Stream(
        "celsius",
        [
            [{"id": 1, "command": {"type": "connect", "presence": {"type": "presence", "state": "foreground"}}},
             {"id": 2, "command": {"type": "subscribe", "topic_id": "conversations"}}],
            [{"id": 2, "type": "reply", "reply": {"type": "subscribe", "topic_id": "conversations"}}],
            [{"type": "message", "topic_id": "conversations",
              "payload": {"type": "conversation-turn-complete", "payload": {"conversation_id": "c1"}}}],
            {"type": "conversation-update", "payload": {"conversation_id": "c1", "update_type": "title-update"}},
            [{"id": 6, "command": {"type": "presence", "state": "background"}}],
        ],
        out={0, 4}, url="wss://ws.chatgpt.com/p24/ws/user/u1?verify=1-a",
    ),
    Stream("chatgpt", [ANSWER], url=CHATGPT, mime="text/event-stream", kind="fetch", also=("sse",)),
    Stream("claude", [CLAUDE_ANSWER], url=CLAUDE, mime="text/event-stream", kind="fetch", also=("sse",)),
]  # fmt: skip
"""Every protocol, at least once."""


def _app(name: str, *frames: Any, kind: str = "socket", mime: str = "", out: set[int] | None = None) -> Stream:
    return Stream("", list(frames), out=out or set(), kind=kind, mime=mime, label=name)


APPLICATIONS = [
    _app("chat", {"type": "message", "channel": "general", "ts": 1767520800, "text": "hi"},
         {"type": "message", "channel": "C1", "user": "ann", "text": "yo"}, {"type": "typing", "user": "ann"}),
    _app("game", {"op": 1, "x": 3, "y": 4}, {"op": 2, "id": 7}, {"op": 0, "t": 1.5, "d": [1, 2]}),
    _app("rows", [1, 2, 3], [36, 4, 5], [50, 1, "x"], [48, 2], [16, "a", {}]),
    _app("quotes", [[1767520800, 10.5], [1767520860, 10.6]], ["AAPL", 10.5, 11], ["MSFT", 1, 2]),
    _app("ticker", {"e": "trade", "s": "BTC", "p": "1.0", "q": "2"}, {"e": "depth", "s": "BTC", "b": []},
         {"result": None, "id": 1}),
    _app("exchange", {"op": "subscribe", "args": ["a"]}, {"table": "trade", "action": "insert", "data": [{}]},
         {"success": True, "request": {"op": "subscribe"}}),
    _app("bus", {"topic": "orders", "event": "created", "payload": {"id": 1}},
         {"topic": "orders", "event": "paid", "payload": {"id": 1}, "ref": "ab-c"}),
    _app("commands", {"command": {"name": "start"}, "id": 1}, {"reply": {"ok": True}, "id": 1},
         {"command": {"type": "subscribe", "what": "all"}}),
    _app("rpc", {"id": 1, "method": "subscribe", "params": {"channel": "x"}}, {"id": 1, "result": {"ok": True}},
         {"id": 2, "method": "query", "params": ["a"]}, {"id": 2, "result": {"type": "list", "data": []}}),
    _app("search", {"id": 5, "type": "start", "payload": {"query": "cats"}}, {"id": 5, "type": "data", "payload": [1]},
         {"id": 5, "type": "data", "payload": {"data": [1], "page": 2}}),
    _app("editor", {"type": 100, "data": "x"}, {"type": 200, "status": "ok"}, {"type": 300}, {"type": 101, "n": "n"}),
    _app("feed", {"action": 15, "items": []}, {"action": 4, "user": "u"}, {"action": 0, "message": "m"}),
    _app("pairs", ["ping", {}], ["update", {"id": 1}], ["push", {"to": "x"}], ["error", {"code": 1}]),
    _app("texts", "hello", "2", "3probe", "42", "a", "o", "PING", "0", "CONNECT"),
    _app("logs", {"msg": "added", "level": "info"}, {"msg": "connected", "level": "info"}, {"msg": "ready", "n": 1},
         {"msg": "ping", "host": "h"}),
    _app("docs", {"header": {"title": "t"}, "content": "c"}, {"header": {"type": "d"}, "metadata": {}, "content": {}}),
    _app("presence", {"event": "join", "channel": "c", "data": {"id": 1}}, {"event": "leave", "channel": "c"},
         {"event": "ping"}),
    _app("short", {"t": "d", "d": [1]}, {"t": "c", "d": {"x": 1}}, {"t": "d", "d": {"a": 1, "b": 2}},
         {"t": "m", "d": {"a": "q"}}),
    _app("push", {"push": {"title": "t"}}, {"push": {"channel": "c", "title": "t"}}, {"id": 1, "ping": {}},
         {"id": 7, "history": {"since": 1}}),
    _app("list", {"next_batch": "n", "rooms": [{"id": 1}]}, {"next": None, "items": []}, kind="fetch",
         mime="application/json"),
    _app("query", {"query": "cats and dogs", "variables": {}}, {"data": {"rooms": []}, "errors": None}, out={0},
         kind="fetch", mime="application/json"),
    _app("articles", [{"op": "sale", "path": "a", "value": 1}], [{"op": "add", "path": "a/b"}]),
    _app("notices", Sse({"p": "x", "id": 1}, "update"), Sse({"data": {"id": 1}, "total": 3}, "next"),
         Sse({"path": "a", "data": 1}, "put"), Sse("done", "complete"), kind="sse"),
    _app("nothing", [], {}, "0", "2", "", [], {}),
    _app("html", "<p>hello</p>", "<div id='a'>x</div>"),
    _app("shop", {"cart": {"items": []}}, {"id": 1, "publish": {"channel": "c"}}, {"rpc": {"method": "m"}}),
]  # fmt: skip
"""Applications that speak none of them, however alike they look."""
