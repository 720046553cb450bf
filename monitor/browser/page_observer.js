// Runs in an isolated world of every frame: the page cannot see it, and it changes nothing of the page.
// It says what the page displays, through the binding: `emit(JSON)`. Rules:
// - the mutation callback only notes what is dirty and when; the reading happens later, in batches;
// - the more a reading costs, the rarer it gets; how much is kept is bounded, and what is left out is counted;
// - values of password and payment fields are never read.
((plan, limits) => {
  "use strict";
  const emit = globalThis[limits.binding];
  const before = globalThis.syncmonObserver;
  if (typeof emit !== "function") return;
  if (before) {
    if (before.document === document) { before.full(); return; }
    before.stop();
  }

  const INLINE = new Set(("A ABBR ACRONYM B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK Q RUBY RB RT S SAMP " +
    "SMALL SPAN STRIKE STRONG SUB SUP TIME TT U VAR WBR TSPAN TEXTPATH SLOT BR NOBR").split(" "));
  const SKIPPED = new Set(("SCRIPT STYLE NOSCRIPT TEMPLATE HEAD TITLE META LINK DESC METADATA DEFS OBJECT EMBED IFRAME FRAME " +
    "CANVAS VIDEO AUDIO SELECT DATALIST PARAM SOURCE TRACK").split(" "));
  const TYPED = new Set(["text", "search", "email", "url", "tel", "number", "date", "time", "month", "week", "datetime-local", ""]);
  const SECRET = /password|cc-|one-time-code/;
  const top = globalThis.top === globalThis;
  const doc = Math.floor(performance.timeOrigin).toString(36) + "-" + Math.random().toString(36).slice(2, 10);
  const stamp = () => performance.timeOrigin + performance.now();
  const say = (message) => { message.n = stamp(); try { emit(JSON.stringify(message)); } catch { /* the world is going away */ } };

  // ── names and digests ──────────────────────────────────────────────────────────────────────────────────────────────
  let slots = 0;
  const slotOf = new WeakMap();
  const slot = (element) => {
    let number = slotOf.get(element);
    if (number === undefined) slotOf.set(element, (number = ++slots));
    return number;
  };
  const tagOf = (element) => String(element.tagName).toUpperCase();
  const up = (node) => node.parentElement || (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);
  // Places among siblings of one kind, counted once a parent and reading: lists can be long.
  let places = new Map();
  const place = (element) => {
    const parent = element.parentNode;
    if (!parent) return 1;
    let among = places.get(parent);
    if (!among || !among.has(element)) {
      const counts = new Map();
      places.set(parent, (among = new Map()));
      for (let e = parent.firstElementChild; e; e = e.nextElementSibling) {
        const nth = (counts.get(e.localName) || 0) + 1;
        counts.set(e.localName, nth);
        among.set(e, nth);
      }
    }
    return among.get(element) || 1;
  };
  const step = (element) => {
    const tag = element.localName + (element.id && element.id.length <= 64 ? "#" + element.id : "");
    const nth = place(element);
    return nth > 1 ? tag + ":" + nth : tag;
  };
  const pathOf = (element) => {
    const steps = [];
    for (let e = element; e && e !== document.documentElement && steps.length < 12; e = up(e)) steps.push(step(e));
    return steps.reverse().join("/");
  };
  const digest = (text) => {
    let a = 0xdeadbeef ^ text.length, b = 0x41c6ce57 ^ text.length;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      a = Math.imul(a ^ c, 2654435761);
      b = Math.imul(b ^ c, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return (b >>> 0).toString(16).padStart(8, "0") + (a >>> 0).toString(16).padStart(8, "0");
  };
  const fold = (text) => text.replace(/\s+/g, " ").trim();
  const visible = (element) => {
    try { return element.checkVisibility({ visibilityProperty: true }); } catch { return true; }
  };

  // ── reading text ───────────────────────────────────────────────────────────────────────────────────────────────────
  const watched = new WeakSet();
  let observer = null;
  const watch = (root) => {
    if (watched.has(root)) return;
    watched.add(root);
    observer.observe(root, {
      childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: limits.attributes,
    });
  };
  // What is ticked off says so: the box is checked, or the text is struck out, or it is said for those who hear the page.
  const CELLS = "td, th, [role=gridcell], [role=cell]"; // what one edits in there is a value, and no text that tabs write together
  const BOXES = new Set(["checkbox", "radio"]);
  const box = (element) => BOXES.has((element.getAttribute("type") || "").toLowerCase());
  const ROWS = "li, tr, [role=listitem]";
  const said = (element) => element.getAttribute("aria-checked") === "true" || element.getAttribute("aria-pressed") === "true";
  const struck = (element) => {
    const row = element.closest(ROWS);
    if (!row) return false;
    const inner = element.firstElementChild, whole = inner && INLINE.has(tagOf(inner)) && fold(inner.textContent) === fold(element.textContent);
    if (said(row) || said(element) || [...element.children].some(said)) return true;
    return [...new Set([whole ? inner : element, element, row])].some((one) => getComputedStyle(one).textDecorationLine.includes("line-through"));
  };
  const fieldText = (element, tag) => {
    if (tag !== "TEXTAREA" && !(tag === "INPUT" && TYPED.has((element.getAttribute("type") || "").toLowerCase()))) return null;
    return SECRET.test((element.autocomplete || "") + " " + (element.type || "")) ? null : element.value;
  };
  // Calls text(string, element) and field(string, element) for everything under root, in document order, within a budget.
  const walk = (root, text, field, budget, tick = () => {}) => {
    const stack = [root];
    while (stack.length) {
      const node = stack.pop();
      if (--budget.nodes < 0) { budget.over = true; return; }
      if (node.nodeType === 3) { text(node.data, node); continue; }
      if (node.nodeType !== 1 && node.nodeType !== 11 && node.nodeType !== 9) continue;
      if (node.nodeType === 1) {
        const tag = tagOf(node);
        if (SKIPPED.has(tag)) continue;
        if (tag === "INPUT" || tag === "TEXTAREA") {
          const value = fieldText(node, tag);
          if (value !== null && field) field(value, node);
          else if (tag === "INPUT" && field && box(node)) tick(node);
          continue;
        }
        if (node.shadowRoot) {
          watch(node.shadowRoot);
          for (let c = node.lastChild; c; c = c.previousSibling) stack.push(c);
          stack.push(node.shadowRoot);
          continue;
        }
      }
      for (let c = node.lastChild; c; c = c.previousSibling) stack.push(c);
    }
  };
  const blockOf = (node) => {
    let e = node.nodeType === 1 ? node : up(node);
    while (e && INLINE.has(tagOf(e)) && up(e)) e = up(e);
    return e;
  };
  // What stands before what: also lines of a textarea, which are no elements.
  const follows = (a, b) => {
    const one = a.of || a, other = b.of || b;
    return one === other ? (a.line || 0) < (b.line || 0) : !!(one.compareDocumentPosition(other) & 4);
  };
  // The lines of a textarea stand for themselves: those before and after what changed stay what they are.
  const linesOf = new WeakMap();
  const linesIn = (field, value) => {
    const now = value.split("\n"), { texts: old, lines: were } = linesOf.get(field) || { texts: [], lines: [] };
    if (now.length > limits.lines) now.push(now.splice(limits.lines - 1).join(" "));
    const most = Math.min(now.length, old.length);
    let head = 0, tail = 0;
    while (head < most && now[head] === old[head]) head++;
    while (tail < most - head && now[now.length - 1 - tail] === old[old.length - 1 - tail]) tail++;
    const lines = now.map((text, i) => (i < now.length - tail ? (i < old.length - tail ? were[i] : null) : were[i + old.length - now.length]) ||
      { of: field, parentElement: field, get isConnected() { return field.isConnected; } });
    lines.forEach((line, i) => { line.line = i; });
    linesOf.set(field, { texts: now, lines });
    return lines;
  };
  const textOf = (root) => {
    const parts = [];
    let last = null;
    walk(root, (data, node) => {
      const block = blockOf(node);
      if (block !== last) { parts.push(" "); last = block; }
      parts.push(data);
    }, null, { nodes: limits.nodes });
    return fold(parts.join(""));
  };
  // The editor that an element is a part of: the outermost element whose text the user edits.
  const editorOf = (element) => {
    let found = null;
    for (let e = element; e; e = up(e)) if (e.isContentEditable) found = e; else if (found) break;
    return found;
  };

  // ── the blocks of one rule, as last told ───────────────────────────────────────────────────────────────────────────
  const told = (rule) => ({ rule, blocks: new Map(), order: [], seen: [], dropped: 0, begun: false });
  const mine = plan.filter((site) => site.hosts.some((host) => host === location.hostname ||
    (host.startsWith("*.") && (location.hostname.endsWith(host.slice(1)) || location.hostname === host.slice(2)))));
  const texts = told({ name: "text" });
  const folded = told({ name: limits.folded, region: "folded" }); // what the document has, and does not display
  const rules = (mine.length || !top ? mine.flatMap((site) => site.rules) : [limits.aside]).map(told);
  const block = (element, text, extra) => {
    const whole = fold(text);
    return { slot: slot(element), text: whole.slice(0, limits.excerpt), digest: digest(whole), length: whole.length, ...extra };
  };
  const same = (a, b) => a.digest === b.digest && a.length === b.length && a.id === b.id && a.role === b.role &&
    !!a.streaming === !!b.streaming && !!a.editable === !!b.editable;

  const inOrder = (list) => {
    for (let i = 1; i < list.length; i++) {
      if (!follows(list[i - 1], list[i])) return false;
    }
    return true;
  };
  const sorted = (list) => list.sort((a, b) => (follows(a, b) ? -1 : 1));

  // What flex and grid put elsewhere than the document does, or a virtual list its absolute rows, stands where it is seen.
  // No layout is asked for, and what is still on its way there, animated, counts as there.
  const offset = ({ style }) => {
    const by = /translate(?:Y\(|(?:3d)?\(\s*(-?[\d.]+)(?:px|%)?\s*,)\s*(-?[\d.]+)px/.exec(style.transform) || ["", 0, NaN];
    if (Number.isNaN(+by[2]) && !/px$/.test(style.top)) return null;
    return { x: (parseFloat(style.left) || 0) + (+by[1] || 0), y: (parseFloat(style.top) || 0) + (+by[2] || 0) };
  };
  const ranked = (kids, rank) => {
    const ranks = new Map(kids.map((kid) => [kid, rank(kid)]));
    return [...kids].sort((a, b) => ranks.get(a) - ranks.get(b));
  };
  const laidOut = (parent, kids) => {
    if (kids[0].of) return kids; // lines of a textarea
    const style = getComputedStyle(parent);
    if (/(flex|grid)$/.test(style.display)) {
      const laid = ranked(kids, (kid) => Number(getComputedStyle(kid).order) || 0);
      return style.display.endsWith("flex") && style.flexDirection.endsWith("-reverse") ? laid.reverse() : laid;
    }
    if (getComputedStyle(kids[0]).position !== "absolute") return kids;
    const offsets = new Map(kids.map((kid) => [kid, offset(kid)])), first = offsets.get(kids[0]);
    const column = first && kids.every((kid) => offsets.get(kid) && offsets.get(kid).x === first.x);
    return column ? ranked(kids, (kid) => offsets.get(kid).y) : kids;
  };
  const asSeen = (list) => {
    const kids = new Map(), held = new Set(list);
    for (const element of list) {
      for (let e = element, p; (p = up(e)); e = p) {
        const known = kids.get(p);
        if (!known) { kids.set(p, [e]); continue; }
        if (known[known.length - 1] !== e) known.push(e);
        break;
      }
    }
    let moved = false;
    for (const [parent, some] of kids) {
      if (some.length < 2) continue;
      const laid = laidOut(parent, some);
      if (laid.some((one, i) => one !== some[i])) { moved = true; kids.set(parent, laid); }
    }
    if (!moved) return list;
    const found = [], stack = [...kids.keys()].filter((element) => !up(element));
    while (stack.length) {
      const element = stack.pop();
      if (held.has(element)) found.push(element);
      for (const kid of (kids.get(element) || []).toReversed()) stack.push(kid);
    }
    return found.length === list.length ? found : list;
  };

  // found: Map element → block, everything under the dirty parts; dirty(element): was it looked at; again: tell all.
  const differ = (state, found, dirty, again) => {
    const changed = [], gone = [], kept = [];
    for (const element of state.order) {
      if (found.has(element)) { kept.push(element); continue; }
      if (element.isConnected && !dirty(element)) { kept.push(element); continue; }
      gone.push(slot(element));
      state.blocks.delete(element);
    }
    const added = [];
    for (const [element, one] of found) {
      const old = state.blocks.get(element);
      if (!old) added.push(element);
      if (!old || again || !same(old, one)) {
        one.path = element.line ? `${pathOf(element.of)}/line:${element.line + 1}` : pathOf(element.of || element);
        state.blocks.set(element, one);
        changed.push(one);
      }
    }
    let order = kept.concat(added), moved = false;
    if (!inOrder(order)) { order = sorted(order); moved = true; }
    state.order = order;
    if (moved || restyled || again || added.length || gone.length) {
      const staying = new Set(order), expected = state.seen.filter((e) => staying.has(e)).concat(added);
      state.seen = asSeen(order);
      moved = expected.length !== state.seen.length || state.seen.some((e, i) => e !== expected[i]);
    }
    return { changed, gone, order: moved && !again ? state.seen.map(slot) : null };
  };
  const tell = (state, change, full, at) => {
    const { changed, gone, order } = change;
    if (full && state.order.length) {
      const rank = new Map(state.seen.map((element, i) => [slot(element), i]));
      changed.sort((a, b) => rank.get(a.slot) - rank.get(b.slot));
    }
    const empty = !changed.length && !gone.length && !order;
    if (empty && state.rule.region && !state.begun) return;
    if (empty && !(full && (state.begun || top || state !== texts || state.order.length)) ) return;
    if (full && !state.begun && !top && !changed.length) return;
    state.begun = true;
    for (let i = 0; i === 0 || i < changed.length; i += 200) {
      say({ k: "shown", t: at, rule: state.rule.name, document: doc, url: location.href, main: top, full: full && i === 0,
        blocks: changed.slice(i, i + 200), gone: i === 0 && !full ? gone : [], dropped: state.dropped,
        order: i + 200 >= changed.length ? order : null });
    }
  };

  // A script that sets what a field says causes no event: the fields seen are looked at now and then.
  const typed = new Map();
  let typedTimer = 0;
  const lookAtFields = () => {
    typedTimer = 0;
    for (const [field, value] of typed) {
      if (!field.isConnected) typed.delete(field);
      else if ((box(field) ? field.checked : field.value) !== value) { at = stamp(); note(field); schedule(); }
    }
    if (typed.size && !stopped) typedTimer = setTimeout(lookAtFields, limits.fields);
  };

  // ── one reading ────────────────────────────────────────────────────────────────────────────────────────────────────
  const readBlocks = (roots, budget, hidden) => {
    const found = new Map();
    let last = null;  // what stands before and after another block is no one word
    const put = (element, data) => {
      const parts = found.get(element);
      if (!parts) found.set(element, [data]);
      else if (element === last) parts.push(data);
      else parts.push(" ", data);
      last = element;
    };
    const fields = new Map(), boxes = new Map(), ticked = new Set();
    for (const root of roots) {
      walk(root, (data, node) => {
        const e = blockOf(node);
        if (e) put(e, data);
      }, (value, node) => fields.set(node, value), budget, (node) => {
        boxes.set(node, node.checked);
        if (node.checked && up(node)) ticked.add(blockOf(up(node)));
      });
    }
    for (const [field, value] of [...fields, ...boxes]) if (typed.has(field) || typed.size < 100) typed.set(field, value);
    if (typed.size && !typedTimer) typedTimer = setTimeout(lookAtFields, limits.fields);
    const result = new Map();
    for (const [element, parts] of found) {
      const text = parts.join("");
      if (!/\S/.test(text)) continue;
      if (!visible(element)) {
        if (top && (folded.blocks.has(element) || folded.blocks.size + hidden.size < limits.hidden)) hidden.set(element, block(element, text, {}));
        continue;
      }
      const editor = editorOf(element);
      if (!editor && (ticked.has(element) || struck(element))) { result.set(element, block(element, "☑ " + text, {})); continue; }
      result.set(element, block(element, text, editor && !editor.closest(CELLS) ? { editable: true, editor: pathOf(editor) } : {}));
    }
    for (const [element, value] of fields) {
      if (!value || !visible(element)) continue;
      const editor = pathOf(element), extra = { editable: true, editor };
      if (element.localName !== "textarea") { result.set(element, block(element, value, extra)); continue; }
      for (const line of linesIn(element, value)) {
        const text = linesOf.get(element).texts[line.line];
        if (/\S/.test(text)) result.set(line, block(line, text, extra));
      }
    }
    return result;
  };
  const bounded = (state, found) => {
    state.dropped = Math.max(0, found.size - limits.blocks);
    if (!state.dropped) return found;
    // The first and the last half: new things come at either end.
    const all = sorted([...found.keys()]), half = limits.blocks >> 1;
    return new Map([...all.slice(0, half), ...all.slice(-half)].map((element) => [element, found.get(element)]));
  };
  // The name of what a link stands in: the nearest landmark, else the outermost part called a sidebar, else the nearest list.
  const regionOf = (element) => {
    let region = element.closest(limits.landmarks);
    for (let e = region ? null : element.closest(limits.sidebars); e; e = e.parentElement && e.parentElement.closest(limits.sidebars)) {
      if (e !== document.body && e !== document.documentElement && !e.querySelector("main")) region = e;
    }
    region = region || element.closest(limits.lists);
    if (!region) return null;
    const label = fold(region.getAttribute("aria-label") || "").slice(0, 64);
    return region.localName + (region.id && region.id.length <= 64 ? "#" + region.id : "") + (label ? ` “${label}”` : "");
  };
  // Whether anything of what was looked at lies within a list, or has one in it.
  const reaches = (roots, selector) => {
    for (const root of roots) {
      if (root.nodeType === 1 ? root.closest(selector) || root.querySelector(selector) : root.querySelector(selector)) return true;
    }
    return false;
  };
  const readRule = (state, dirty) => {
    const { rule } = state, found = new Map();
    let list = [];
    try { list = document.querySelectorAll(rule.selector); } catch { return null; }
    const most = rule.region ? limits.links : limits.blocks;
    for (const element of list) {
      if (found.size >= most) break;
      const old = state.blocks.get(element);
      if (old && dirty && !dirty(element)) { found.set(element, old); continue; }
      if (!visible(element)) continue;
      let part = element;
      try { part = (rule.text && element.querySelector(rule.text)) || element; } catch { /* a bad selector: the whole */ }
      const extra = {};
      if (rule.id) extra.id = element.getAttribute(rule.id);
      if (rule.region) {
        extra.role = element.origin === location.origin ? regionOf(element) : null;
        if (!extra.role) continue;
        extra.id = element.href.slice(0, limits.excerpt);
      }
      if (rule.role) extra.role = element.getAttribute(rule.role);
      try {
        if (rule.streaming && (element.matches(rule.streaming) || element.querySelector(rule.streaming))) extra.streaming = true;
      } catch { /* a bad selector: not streaming */ }
      const one = block(element, textOf(part), extra);
      if (rule.region) {
        if (!one.text) continue;
        // Counts and ages within a link tell nothing, and are not told.
        const steady = one.text.replace(/\d+/g, "#");
        one.digest = digest(steady);
        one.length = steady.length;
      }
      found.set(element, one);
    }
    state.dropped = Math.max(0, list.length - most);
    return found;
  };

  // ── what is dirty, and when it is read ─────────────────────────────────────────────────────────────────────────────
  let dirtyNodes = new Set(), everything = true, restyled = true, begun = false, last = 0, at = 0, pause = limits.window, timer = 0, stopped = false;
  const note = (node) => {
    if (everything) return;
    if (tagOf(node) === "INPUT" && box(node)) node = up(node) || node; // what is ticked off is what stands beside it
    else if (node.nodeType === 1 && (node.hasAttribute("aria-checked") || node.hasAttribute("aria-pressed")) && !node.matches(ROWS)) node = up(node) || node;
    dirtyNodes.add(node);
    if (dirtyNodes.size > 300) { everything = true; dirtyNodes.clear(); }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = 0;
    if (stopped || !begun) return;
    const started = performance.now(), full = everything, when = at || stamp();
    const nodes = dirtyNodes;
    dirtyNodes = new Set();
    everything = false;
    const first = !texts.begun || pendingFull;
    const fresh = full && first;
    pendingFull = false;
    if (fresh && !document.body && !document.documentElement) { everything = true; pendingFull = true; return; }
    read(full, nodes, fresh, when);
    restyled = false;
    places = new Map();
    const cost = performance.now() - started;
    last = performance.now();
    pause = Math.min(5000, Math.max(limits.window, cost * 8));
  };
  let pendingFull = true;
  const read = (full, nodes, fresh, when) => {
    const budget = { nodes: limits.nodes, over: false };
    const roots = new Set(), above = new Set();
    if (full) roots.add(document);
    else {
      for (const node of nodes) {
        if (!node.isConnected) continue;
        const root = blockOf(node) || document;
        roots.add(root);
        for (let e = root; e && e.nodeType === 1 && !above.has(e); e = up(e)) above.add(e);
      }
      // A root that is in another one would be read twice. Nothing is up of the document itself.
      if (roots.has(document)) { roots.clear(); roots.add(document); }
      for (const root of [...roots]) {
        for (let e = root.nodeType === 1 ? up(root) : null; e; e = up(e)) if (roots.has(e)) { roots.delete(root); break; }
      }
    }
    const under = (element) => { for (let e = element; e; e = up(e)) if (roots.has(e)) return true; return roots.has(document); };
    const hidden = new Map();
    let found = readBlocks(roots, budget, hidden);
    if (full) found = bounded(texts, found);
    else if (texts.blocks.size + found.size > limits.blocks + 200) { read(true, nodes, fresh, when); return; }
    if (budget.over) texts.dropped = Math.max(texts.dropped, 1);
    tell(texts, differ(texts, found, full ? () => true : under, fresh), fresh, when);
    tell(folded, differ(folded, hidden, full ? () => true : under, fresh), fresh, when);
    const touched = full ? null : (element) => above.has(element) || under(element);
    for (const state of rules) {
      const { region } = state.rule;
      if (region && !full && !reaches(roots, region) && state.order.every((element) => element.isConnected)) continue;
      const seen = readRule(state, touched);
      if (seen) tell(state, differ(state, seen, () => true, fresh), fresh, when);
    }
  };
  const schedule = () => {
    if (stopped || timer || !begun) return;
    const since = performance.now() - last;
    // Timers of hidden pages fire once a second at best: there the reading is done at once, if the last one is not fresh.
    if (document.hidden && since >= pause) { flush(); return; }
    timer = setTimeout(flush, Math.max(limits.first, pause - since));
  };
  observer = new MutationObserver((records) => {
    at = stamp();
    if (records.length > 3000) { everything = true; dirtyNodes.clear(); }
    else for (const record of records) note(record.target);
    restyled = restyled || everything || records.some((record) => record.type === "attributes");
    if (root && document.documentElement !== root) rehook();
    root = document.documentElement;
    schedule();
  });

  // ── beginning, and beginning again ─────────────────────────────────────────────────────────────────────────────────
  const begin = () => {
    if (begun || stopped) return;
    // The empty document that every window starts with says nothing.
    if (location.href === "about:blank" && !(document.body && document.body.firstChild)) return;
    begun = true;
    at = stamp();
    flush();
    // A frame can be complete before it is laid out: until then nothing in it is visible, and no mutation tells of that.
    watchLayout();
    if (!top) requestAnimationFrame(anew);
  };
  // What is visible may be otherwise now, though no node changed.
  const anew = () => { if (!stopped) { everything = restyled = true; at = stamp(); schedule(); } };
  const full = () => { everything = true; pendingFull = true; at = stamp(); if (begun) flush(); else begin(); tellVisibility(); };
  let toldState = "";
  const tellVisibility = () => {
    const state = `${document.hidden} ${document.hasFocus()}`;
    if (!top || state === toldState) return;
    toldState = state;
    say({ k: "visible", t: stamp(), visible: !document.hidden, focused: document.hasFocus() });
    lookAtPush();
  };
  const counts = new Map();
  const input = (kind) => (event) => {
    if (!event.isTrusted) return;
    if (event.type === "input" || event.type === "change") { if (event.target instanceof Node) { at = stamp(); note(event.target); schedule(); } return; }
    const now = performance.now();
    if (now - (counts.get(kind) || -1e9) < 250) return;
    counts.set(kind, now);
    say({ k: "input", t: stamp(), input: kind });
  };
  const onStorage = (event) => {
    let local = true;
    try { local = event.storageArea === localStorage; } catch { /* a sandboxed frame has none */ }
    say({ k: "storage", t: stamp(), local, origin: location.origin, key: event.key, value: event.newValue, old: event.oldValue });
  };
  const onCookies = (event) => {
    const names = (cookies) => cookies.map((cookie) => String(cookie.name).slice(0, 256)).slice(0, 64);
    say({ k: "cookie", t: stamp(), changed: names(event.changed), deleted: names(event.deleted) });
  };
  const textual = (data) => {
    let text;
    try { text = typeof data === "string" ? data : JSON.stringify(data); } catch { text = undefined; }
    if (text === undefined) text = Object.prototype.toString.call(data);
    return text.length > limits.message ? text.slice(0, limits.message) : text;
  };
  const onWorker = (event) => {
    const worker = (event.source && event.source.scriptURL) || "";
    say({ k: "worker", t: stamp(), worker, text: textual(event.data) });
    lookAtPush();
  };

  // ── whether the site may push, and where to ────────────────────────────────────────────────────────────────────────
  // Nothing tells of a subscription, so it is asked for: more often just after the load.
  const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const sha = async (text) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
    .slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const notes = new Map();
  const subscriptions = async () => {
    const found = [];
    let kept = null;
    for (const one of (await navigator.serviceWorker.getRegistrations()).slice(0, 8)) {
      const to = one.pushManager && await one.pushManager.getSubscription();
      if (!to) continue;
      const worker = (one.active || one.waiting || one.installing || {}).scriptURL || "", key = to.options.applicationServerKey;
      // Asked for a few times a subscription: a database that is open can be in the page's way.
      const note = notes.get(to.endpoint) || { looks: 0 };
      notes.set(to.endpoint, note);
      if (!note.app && note.looks++ < 8) {
        kept = kept || await firebase().catch(() => []);
        Object.assign(note, kept.find((one) => one.endpoint === to.endpoint));
      }
      found.push({ host: new URL(to.endpoint).host, endpoint: await sha(to.endpoint), scope: one.scope, worker,
        sender: key ? base64url(key) : null, app: note.app || null, since: note.since > 0 ? note.since : null });
    }
    return found;
  };
  // What Firebase's SDK keeps of its subscription: which application, whose number is the project's, and since when.
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = request.onblocked = () => failed(request.error);
  });
  const firebase = async () => {
    const name = "firebase-messaging-database", store = "firebase-messaging-store";
    if (!(await indexedDB.databases()).some((one) => one.name === name)) return [];
    const opening = indexedDB.open(name);
    opening.onupgradeneeded = () => opening.transaction.abort();
    const database = await asked(opening);
    database.onversionchange = () => database.close();
    try {
      const all = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([asked(all.getAllKeys(null, 8)), asked(all.getAll(null, 8))]);
      return values.map((value, i) => ({ app: String(keys[i]), since: value.createTime / 1000,
        endpoint: value.subscriptionOptions && value.subscriptionOptions.endpoint }));
    } finally { database.close(); }
  };
  let lookTimer = 0, looks = 0, looking = false, toldPush = "";
  const lookAtPush = async () => {
    if (looking || stopped || !top || !limits.push || !isSecureContext || typeof Notification !== "function") return;
    looking = true;
    try {
      const permission = Notification.permission, found = await subscriptions(), state = JSON.stringify([permission, found]);
      if (state !== toldPush && !stopped) {
        toldPush = state;
        say({ k: "push", t: stamp(), origin: location.origin, permission, found });
      }
    } catch { /* a document without workers, or one that goes away */ }
    looking = false;
  };
  const keepLooking = async () => {
    await lookAtPush();
    if (!stopped) lookTimer = setTimeout(keepLooking, looks++ < 15 ? 1000 : 5000);
  };
  const hooks = [];
  const on = (target, type, handler) => {
    target.addEventListener(type, handler, { capture: true, passive: true });
    hooks.push(() => target.removeEventListener(type, handler, { capture: true }));
  };
  let root = document.documentElement;
  // The page around a frame can hide it, and show it again, without a change in it: then it is, or is not, laid out.
  const watchLayout = () => {
    const root = document.documentElement;
    if (top || !root) return;
    let laid = visible(root);
    const around = new IntersectionObserver(() => { if (visible(root) !== laid) { laid = !laid; anew(); } });
    around.observe(root);
    hooks.push(() => around.disconnect());
  };
  const hook = () => {
    root = document.documentElement;
    on(document, "DOMContentLoaded", begin);
    on(document, "visibilitychange", tellVisibility);
    on(window, "focus", (event) => { if (event.target === window) tellVisibility(); });
    on(window, "blur", (event) => { if (event.target === window) tellVisibility(); });
    on(window, "resize", anew);
    on(window, "pageshow", (event) => { if (event.persisted) full(); });
    on(window, "storage", onStorage);
    try { if (navigator.serviceWorker) on(navigator.serviceWorker, "message", onWorker); } catch { /* a sandboxed frame may not ask */ }
    try { if (top && globalThis.cookieStore) on(cookieStore, "change", onCookies); } catch { /* an opaque origin has none */ }
    for (const [type, kind] of [["keydown", "key"], ["click", "click"], ["paste", "paste"], ["drop", "drop"], ["submit", "submit"],
      ["input", "other"], ["change", "other"]]) on(window, type, input(kind));
  };
  // document.open() throws every listener away, ours too, and puts a new root element in.
  const rehook = () => { for (const undo of hooks.splice(0)) undo(); hook(); everything = true; if (begun) watchLayout(); else setTimeout(begin, 50); };
  const channels = new Map();
  const listen = (names) => {
    for (const name of names) {
      if (channels.has(name) || channels.size >= 64) continue;
      try {
        const channel = new BroadcastChannel(name);
        channel.onmessage = (event) => say({ k: "broadcast", t: stamp(), name, text: textual(event.data) });
        channels.set(name, channel);
      } catch { /* an opaque origin has no channels */ }
    }
  };
  hook();
  watch(document);
  globalThis.syncmonObserver = {
    document, full, listen,
    stop: () => { stopped = true; observer.disconnect(); clearTimeout(timer); clearTimeout(lookTimer); clearTimeout(typedTimer); for (const undo of hooks.splice(0)) undo(); for (const c of channels.values()) c.close(); },
  };
  say({ k: "hello", t: stamp(), document: doc, url: location.href, origin: location.origin, main: top });
  tellVisibility();
  if (top && limits.push && isSecureContext) keepLooking();
  if (document.readyState === "loading") setTimeout(begin, 1000);
  else begin();
})
