/* The service worker of the lab's Claude. Firebase's SDK, or the same rule without it, tells the windows of a push while
   one of them is visible; whether a notification is shown is decided here. */
"use strict";
const lab = __LAB__;
if (lab.sdk) {
  importScripts(...lab.sdk.map((script) => `${script}?worker`)); /* an address of its own: the page asks for these too */
  firebase.initializeApp(lab.firebase);
  firebase.messaging();
}
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(Promise.all([take(event.data), lab.sdk || post(event.data)])));

const windows = () => clients.matchAll({ type: "window", includeUncontrolled: true });
const isVisible = (window) => window.visibilityState === "visible";
function read(data) {
  try { return data.json(); } catch { return null; }
}

async function post(data) {
  const message = read(data), all = await windows();
  if (!message || !all.some(isVisible)) return;
  for (const window of all) window.postMessage({ ...message, isFirebaseMessaging: true, messageType: "push-received" });
}

async function take(data) {
  const told = read(data)?.data;
  const why = told ? await needless(told) : "unreadable";
  const options = { method: "POST", body: data ? data.arrayBuffer() : "" };
  const orders = lab.reports ? await (await fetch(`/lab/push/event?note=${why ?? "shown"}`, options)).json() : { notify: true };
  if (!why && orders.notify) {
    await registration.showNotification(told.title, { body: told.body, data: told, tag: told.payload });
    if (lab.reports) await fetch("/lab/push/notified", { method: "POST", body: `${told.title}\n${told.body}` });
  }
  if (orders.holdS) await new Promise((done) => setTimeout(done, orders.holdS * 1000));
  if (orders.fail) throw new Error("as the lab ordered");
}
/* Why a push needs no notification, or null. */
async function needless(told) {
  if (told.notification_feature_category !== "completion") return null;
  const { conversation_uuid, message_uuid } = JSON.parse(told.payload).request;
  if ((await windows()).some((window) => isVisible(window) && window.url.includes(conversation_uuid))) return "visible";
  return (await isSeen(message_uuid)) ? "seen" : null;
}
function isSeen(id) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("claude-notifications", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("seenMessages");
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("seenMessages").objectStore("seenMessages").count(id);
      asked.onsuccess = () => { opening.result.close(); resolve(asked.result > 0); };
    };
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { conversation_uuid } = JSON.parse(event.notification.data.payload).request;
  event.waitUntil(clients.openWindow(`/chat/${conversation_uuid}`));
});
