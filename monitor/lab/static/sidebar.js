/* The list of conversations beside the page: titles, ages that run on, and a menu under the pointer. How it learns of
   what other tabs did to it is a switch of its own: not at all, by polls, by a BroadcastChannel, or by the socket. */
class Sidebar {
  entries = [];
  constructor(nav, { address, load, rename, remove }) {
    Object.assign(this, { nav, address, load });
    this.requests = { rename, remove };
    this.channel = lab.list === "broadcast" ? new BroadcastChannel("lab-list") : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.set(data);
    if (lab.list === "poll") setInterval(() => this.refresh("list-poll"), lab.poll * 1000);
    setInterval(() => this.ages(), 1000);
  }
  async refresh(why = "list") {
    this.set(await this.load(why));
  }
  set(entries) {
    this.entries = entries;
    const known = new Map([...this.nav.children].map((link) => [link.dataset.id, link]));
    this.nav.replaceChildren(...entries.map((entry) => this.fill(known.get(entry.id) || this.make(entry), entry)));
    this.ages();
  }
  make({ id }) {
    const link = document.createElement("a");
    link.href = this.address(id);
    link.dataset.id = id;
    const title = link.appendChild(document.createElement("span"));
    title.className = "truncate";
    title.dir = "auto";
    link.appendChild(document.createElement("small"));
    const menu = link.appendChild(document.createElement("button"));
    menu.textContent = "⋯";
    menu.onclick = (event) => {
      event.preventDefault();
      const wanted = prompt("A new title, or nothing to delete it", title.textContent);
      if (wanted !== null) wanted ? this.rename(id, wanted) : this.remove(id);
    };
    return link;
  }
  fill(link, { title, at }) {
    const text = link.querySelector("span");
    if (text.textContent !== (title || "New chat")) text.textContent = title || "New chat";
    link.dataset.at = at;
    link.toggleAttribute("aria-current", link.pathname === location.pathname);
    return link;
  }
  ages() {
    for (const link of this.nav.children) {
      const age = Math.max(0, Math.round((Date.now() - new Date(link.dataset.at)) / 1000));
      link.querySelector("small").textContent = ` ${age < 60 ? `${age} s` : `${Math.floor(age / 60)} min`} ago`;
    }
  }
  async rename(id, title) {
    if ((await this.requests.rename(id, title)).ok) this.change(id, (entry) => [{ ...entry, title }]);
  }
  async remove(id) {
    if ((await this.requests.remove(id)).ok) this.change(id, () => []);
  }
  change(id, by) {
    this.set(this.entries.flatMap((entry) => (entry.id === id ? by(entry) : [entry])));
    this.share();
  }
  share() {
    this.channel?.postMessage(this.entries);
  }
  fold() {
    this.nav.hidden = !this.nav.hidden;
  }
}
