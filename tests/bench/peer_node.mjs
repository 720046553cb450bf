// chrome-remote-interface, counting frames: node peer_node.mjs ENDPOINT FRAMES TARGET, as bare.py does.
import { createRequire } from "node:module";
const CDP = createRequire(process.env.NODE_PATH.split(":")[0] + "/")("chrome-remote-interface");
const [endpoint, frames, target] = process.argv.slice(2);
const say = (news) => process.stderr.write(JSON.stringify(news) + "\n");
let left = Number(frames);
process.on("SIGINT", () => process.exit(0));
const client = await CDP({ target: endpoint, local: true });
const { sessionId } = await client.send("Target.attachToTarget", { targetId: target, flatten: true });
client.on("Network.webSocketFrameReceived", () => { if (--left === 0) say({ event: "whole", frames: Number(frames) }); });
await client.send("Network.enable", {}, sessionId);
say({ event: "attached" });
