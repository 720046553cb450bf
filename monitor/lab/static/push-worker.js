/* The service worker of the lab's page of plain web push. It tells the lab what came and is told how to treat it. */
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(take(event.data)));

async function take(data) {
  const bytes = data ? data.arrayBuffer() : new ArrayBuffer(0);
  const orders = await (await fetch("/lab/push/event", { method: "POST", body: bytes })).json();
  const text = data ? data.text() : "";
  for (const window of await clients.matchAll({ type: "window", includeUncontrolled: true })) window.postMessage({ text, bytes });
  if (orders.notify) await registration.showNotification("Lab", { body: text.slice(0, 100) });
  if (orders.holdS) await new Promise((done) => setTimeout(done, orders.holdS * 1000));
  if (orders.fail) throw new Error("as the lab ordered");
}
