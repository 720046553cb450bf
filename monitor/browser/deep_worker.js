// Runs inside a service worker, in deep mode only, before the worker's own first instruction where that is possible.
// It listens for what the worker is given, and tells of what it calls; it changes neither, and can be taken out again.
((name, limit) => {
  "use strict";
  const emit = globalThis[name], handle = name + "_stop";
  if (typeof emit !== "function" || globalThis[handle]) return;
  delete globalThis[name];
  const now = () => performance.timeOrigin + performance.now();
  const say = (what, dir, more) => {
    try { emit(JSON.stringify({ name: what, dir, t: now(), ...more })); } catch { /* the worker goes away */ }
  };
  const textual = (data) => {
    let text;
    try { text = typeof data === "string" ? data : JSON.stringify(data); } catch { text = undefined; }
    if (text === undefined) text = Object.prototype.toString.call(data);
    return { size: new TextEncoder().encode(text).length, text: text.slice(0, limit) };
  };
  const bytes = (buffer) => {
    const all = new Uint8Array(buffer), some = all.slice(0, limit);
    try {
      return { size: all.length, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(some) };
    } catch {
      let binary = "";
      for (const byte of some) binary += String.fromCharCode(byte);
      return { size: all.length, data: btoa(binary) };
    }
  };

  const undo = [];
  const on = (type, tell) => {
    const listener = (event) => { try { say(type, "in", tell(event)); } catch { say(type, "in", {}); } };
    addEventListener(type, listener);
    undo.push(() => removeEventListener(type, listener));
  };
  on("push", (event) => (event.data ? bytes(event.data.arrayBuffer()) : {}));
  on("message", (event) => ({ ...textual(event.data), client: event.source ? event.source.url || event.source.scriptURL : null }));
  for (const type of ["install", "activate", "pushsubscriptionchange"]) on(type, () => ({}));
  for (const type of ["notificationclick", "notificationclose"]) {
    on(type, (event) => textual({ title: event.notification.title, action: event.action, data: event.notification.data }));
  }

  // A proxy of a function cannot be told from it by its name, length or text.
  const calls = (where, method, what, tell) => {
    const before = where && Object.getOwnPropertyDescriptor(where, method);
    if (!before || typeof before.value !== "function") return;
    const value = new Proxy(before.value, {
      apply(target, self, given) {
        try { say(what, "out", tell(given, self)); } catch { say(what, "out", {}); }
        return Reflect.apply(target, self, given);
      },
    });
    Object.defineProperty(where, method, { ...before, value });
    undo.push(() => Object.defineProperty(where, method, before));
  };
  calls(Client.prototype, "postMessage", "post-message", ([data], client) => ({ ...textual(data), client: client.url }));
  calls(globalThis, "skipWaiting", "skip-waiting", () => ({}));
  calls(Clients.prototype, "claim", "claim", () => ({}));
  calls(Clients.prototype, "openWindow", "open-window", ([url]) => ({ client: String(url) }));
  calls(ServiceWorkerRegistration.prototype, "showNotification", "show-notification",
    ([title, options]) => textual({ title, ...options }));
  calls(ServiceWorkerRegistration.prototype, "unregister", "unregister", () => ({}));
  calls(PushManager.prototype, "subscribe", "subscribe", () => ({}));
  calls(PushSubscription.prototype, "unsubscribe", "unsubscribe", () => ({}));

  const stop = () => { for (const one of undo.splice(0)) one(); delete globalThis[handle]; };
  Object.defineProperty(globalThis, handle, { value: stop, configurable: true });
})
