// Makes the recordings beside it: frames as the protocols' own libraries put them on the wire.
//
//   cd $(mktemp -d) && npm init -y && npm install --ignore-scripts y-websocket@2 yjs y-protocols lib0 ws mqtt-packet \
//     @microsoft/signalr @microsoft/signalr-protocol-msgpack @automerge/automerge-repo \
//     @automerge/automerge-repo-network-websocket @ably/msgpack-js @jupyterlab/services protobufjs
//   node …/tests/unit/decode/recorded/make.mjs "$PWD"
//
// chat.binpb is chat.proto by protoc --include_imports -o chat.binpb chat.proto.
// A recording is {"made_by": {package: version}, "frames": [{"dir", "text" | "base64"}]}, seen from the browser.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = process.argv[2];
const require = createRequire(join(folder, "package.json"));
const here = dirname(fileURLToPath(import.meta.url));

// The module that `import` means, which for some packages is not the one that `require` means.
async function load(name, file) {
  return import(file ? pathToFileURL(join(folder, "node_modules", name, file)) : pathToFileURL(require.resolve(name)));
}

function frame(dir, data) {
  if (typeof data === "string") return { dir, text: data };
  return { dir, base64: Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString("base64") };
}

function save(name, packages, frames) {
  const version = (one) => JSON.parse(readFileSync(join(folder, "node_modules", one, "package.json"))).version;
  const made_by = Object.fromEntries(packages.map((one) => [one, version(one)]));
  writeFileSync(join(here, `${name}.json`), JSON.stringify({ made_by, frames }, null, 1) + "\n");
  console.log(`${name}: ${frames.length} frames`);
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// A WebSocket class whose every frame is kept, and a server on a port of its own.
async function loopback() {
  const { WebSocket, WebSocketServer } = require("ws");
  const frames = [];
  class Recorded extends WebSocket {
    constructor(...given) {
      super(...given);
      this.on("message", (data, binary) => frames.push(frame("in", binary ? data : data.toString())));
    }
    send(data, ...rest) {
      frames.push(frame("out", data));
      super.send(data, ...rest);
    }
  }
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise((done) => server.on("listening", done));
  return { frames, server, Recorded, url: `ws://127.0.0.1:${server.address().port}` };
}

async function yjs() {
  const Y = require("yjs");
  const { WebsocketProvider } = require("y-websocket");
  const { setupWSConnection } = require("y-websocket/bin/utils");
  const { frames, server, Recorded, url } = await loopback();
  server.on("connection", setupWSConnection);
  const docs = [new Y.Doc(), new Y.Doc()];
  const { WebSocket } = require("ws");
  const [a, b] = docs.map(
    (doc, n) => new WebsocketProvider(url, "room", doc, { WebSocketPolyfill: n ? WebSocket : Recorded, disableBc: true }),
  );
  await pause(300);
  a.awareness.setLocalStateField("user", { name: "Ada", color: "#ff0000" });
  docs[0].getText("note").insert(0, "Hello");
  await pause(50);
  docs[1].getText("note").insert(5, " world ünïverse");
  docs[1].getMap("meta").set("title", "A note");
  docs[1].getArray("tags").insert(0, [1, true, { deep: [null, "x"] }]);
  await pause(50);
  docs[0].getText("note").delete(0, 1);
  docs[0].getText("note").format(0, 3, { bold: true });
  const element = new Y.XmlElement("p");
  docs[0].getXmlFragment("page").insert(0, [element]);
  element.setAttribute("class", "lead");
  docs[0].getMap("files").set("bytes", new Uint8Array([1, 2, 255]));
  await pause(100);
  [a, b].forEach((one) => one.destroy());
  server.close();
  server.clients.forEach((one) => one.terminate());
  save("yjs", ["y-websocket", "yjs"], frames);
}

async function automerge() {
  await load("@automerge/automerge", "dist/mjs/entrypoints/fullfat_node.js"); // starts its WebAssembly
  const { Repo } = await load("@automerge/automerge-repo", "dist/index.js");
  const net = await load("@automerge/automerge-repo-network-websocket", "dist/index.js");
  const { frames, server, url } = await loopback();
  // The client adapter makes its own socket, so its frames are seen at the server.
  server.on("connection", (socket) => {
    socket.on("message", (data) => frames.push(frame("out", data)));
    const send = socket.send;
    socket.send = (data, ...rest) => (frames.push(frame("in", data)), send.call(socket, data, ...rest));
  });
  const there = new Repo({ network: [new net.NodeWSServerAdapter(server)], peerId: "server" });
  const here = new Repo({ network: [new net.BrowserWebSocketClientAdapter(url)], peerId: "browser" });
  await pause(500);
  const handle = here.create({ title: "A note" });
  await pause(300);
  handle.change((doc) => (doc.title = "Another"));
  handle.broadcast({ cursor: 7 });
  await pause(300);
  save("automerge", ["@automerge/automerge-repo", "@automerge/automerge-repo-network-websocket"], frames);
  there.networkSubsystem.disconnect();
  here.networkSubsystem.disconnect();
  server.close();
}

function mqtt(version) {
  const { generate } = require("mqtt-packet");
  const five = version === 5;
  const packets = [
    ["out", { cmd: "connect", protocolId: "MQTT", protocolVersion: version, clientId: "tab-a", keepalive: 60, clean: true,
      username: "ada", password: "secret", will: { topic: "gone", payload: "bye", qos: 0, retain: false },
      ...(five && { properties: { sessionExpiryInterval: 3600, userProperties: { a: "b" } } }) }],
    ["in", { cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false, ...(five && { properties: { topicAliasMaximum: 10 } }) }],
    ["out", { cmd: "subscribe", messageId: 7, subscriptions: [{ topic: "room/+/notes", qos: 1, nl: false, rap: false, rh: 0 }] }],
    ["in", { cmd: "suback", messageId: 7, granted: [1] }],
    ["out", { cmd: "publish", topic: "room/1/notes", payload: '{"id":"n1","text":"Hello"}', qos: 1, messageId: 8, retain: false,
      ...(five && { properties: { contentType: "application/json", topicAlias: 3 } }) }],
    ["in", { cmd: "puback", messageId: 8, ...(five && { reasonCode: 16 }) }],
    ["in", { cmd: "publish", topic: "room/1/notes", payload: '{"id":"n1","text":"Hello"}', qos: 0, retain: false }],
    ["in", { cmd: "publish", topic: "room/1/bytes", payload: Buffer.from([0, 255, 1]), qos: 2, messageId: 9, retain: true }],
    ["out", { cmd: "pubrec", messageId: 9, ...(five && { reasonCode: 0 }) }],
    ["in", { cmd: "pubrel", messageId: 9 }],
    ["out", { cmd: "pubcomp", messageId: 9 }],
    ["out", { cmd: "pingreq" }],
    ["in", { cmd: "pingresp" }],
    ["out", { cmd: "unsubscribe", messageId: 10, unsubscriptions: ["room/+/notes"] }],
    ["in", { cmd: "unsuback", messageId: 10, granted: five ? [0] : undefined }],
    ...(five ? [["out", { cmd: "auth", reasonCode: 24, properties: { authenticationMethod: "x" } }]] : []),
    ["out", { cmd: "disconnect", reasonCode: 0 }],
  ];
  const frames = packets.map(([dir, packet]) => frame(dir, generate(packet, { protocolVersion: version })));
  save(`mqtt${version}`, ["mqtt-packet"], frames);
}

async function signalr() {
  const { MessagePackHubProtocol } = require("@microsoft/signalr-protocol-msgpack");
  const { HandshakeProtocol } = await load("@microsoft/signalr", "dist/cjs/HandshakeProtocol.js").then((one) => one.default ?? one);
  const write = (message) => new MessagePackHubProtocol().writeMessage(message);
  const join = (...parts) => Buffer.concat(parts.map((one) => Buffer.from(one)));
  const said = write({ type: 1, target: "Said", arguments: [{ id: 1, text: "Hello" }], streamIds: [] });
  const frames = [
    frame("out", new HandshakeProtocol().writeHandshakeRequest({ protocol: "messagepack", version: 1 })),
    frame("in", Buffer.from("{}\x1e")),
    frame("out", write({ type: 1, target: "Say", arguments: ["hi", 7, { deep: [true, null] }], invocationId: "1", streamIds: [] })),
    frame("in", join(said, write({ type: 3, invocationId: "1", result: { ok: true } }), write({ type: 6 }))),
    frame("out", write({ type: 4, target: "Count", arguments: [3], invocationId: "2", streamIds: [], headers: { a: "b" } })),
    frame("in", write({ type: 2, invocationId: "2", item: 41 })),
    frame("in", write({ type: 3, invocationId: "2", error: "no more" })),
    frame("out", write({ type: 5, invocationId: "2" })),
    frame("in", write({ type: 3, invocationId: "4" })),
    frame("out", write({ type: 8, sequenceId: 4 })),
    // The client never writes a close message; the server's is an array of three (HubProtocol.md).
    frame("in", Buffer.from([4, 0x93, 7, 0xc0, 0xc3])),
  ];
  save("signalr", ["@microsoft/signalr", "@microsoft/signalr-protocol-msgpack"], frames.filter(Boolean));
}

function ably() {
  const { encode } = require("@ably/msgpack-js");
  const out = (message) => frame("out", encode(message));
  const come = (message) => frame("in", encode(message));
  const data = Buffer.from([1, 2, 255]);
  save("ably", ["@ably/msgpack-js"], [
    come({ action: 4, connectionId: "c", connectionDetails: { clientId: "ada", connectionKey: "k", maxMessageSize: 65536 } }),
    out({ action: 10, channel: "room" }),
    come({ action: 11, channel: "room", channelSerial: "1:0", flags: 983040 }),
    out({ action: 15, channel: "room", msgSerial: 0, messages: [{ name: "note", data: "Hello" }] }),
    come({ action: 1, msgSerial: 0, count: 1 }),
    come({ action: 15, channel: "room", id: "c:0", timestamp: 1700000000000, messages: [{ name: "note", data: "Hello" }, { data }] }),
    come({ action: 14, channel: "room", id: "c:1", timestamp: 1700000000001, presence: [{ action: 2, clientId: "ada" }] }),
    come({ action: 0 }),
  ]);
}

async function jupyter() {
  const { serialize } = await load("@jupyterlab/services", "lib/kernel/serialize.js").then((one) => one.default ?? one);
  const header = (msg_type) => ({ msg_id: "m1", username: "ada", session: "s1", msg_type, version: "5.3", date: "2026-01-04T10:00:00Z" });
  const request = { channel: "shell", header: header("execute_request"), parent_header: {}, metadata: {}, content: { code: "1+1", silent: false }, buffers: [] };
  const update = { channel: "iopub", header: header("comm_msg"), parent_header: header("execute_request"), metadata: {}, content: { comm_id: "w", data: { method: "update" } }, buffers: [new Uint8Array([1, 2, 3]).buffer] };
  const old = { ...update };
  save("jupyter", ["@jupyterlab/services"], [
    frame("out", serialize(request, "v1.kernel.websocket.jupyter.org")),
    frame("in", serialize(update, "v1.kernel.websocket.jupyter.org")),
    frame("in", serialize(old)),
  ]);
}

function protobuf() {
  const pb = require("protobufjs");
  const proto = readFileSync(join(here, "chat.proto"), "utf8");
  const types = pb.parse(proto, { keepCase: true }).root;
  const pack = (name, value) => Buffer.from(types.lookupType(`chat.v1.${name}`).encode(value).finish());
  const note = { id: "n1", author: { name: "Ada", age: 36 }, text: "Hello wörld", tags: ["a", "b"], scores: [1, 200, 70000], at: 1700000000000 };
  const framed = (data, flags = 0) => {
    const head = Buffer.alloc(5);
    head[0] = flags;
    head.writeUInt32BE(data.length, 1);
    return Buffer.concat([head, data]);
  };
  const answer = Buffer.concat([framed(pack("Note", note)), framed(pack("Note", { ...note, id: "n2" })), framed(Buffer.from("grpc-status:0\r\ngrpc-message:\r\n"), 0x80)]);
  const varint = (message) => Buffer.concat([Buffer.from([message.length]), message]);
  save("protobuf", ["protobufjs"], [
    frame("in", pack("Note", note)),
    frame("out", framed(pack("Ask", { room: "room-1", limit: 20 }))),
    frame("in", answer),
    frame("in", Buffer.concat([varint(pack("Ask", { room: "room-1", limit: 20 })), varint(pack("Ask", { room: "room-2", limit: 5 }))])),
  ]);
}

for (const one of [yjs, automerge, () => mqtt(4), () => mqtt(5), signalr, ably, jupyter, protobuf]) {
  try {
    await one();
  } catch (problem) {
    console.error(one.name, problem);
    process.exitCode = 1;
  }
}
process.exit();
