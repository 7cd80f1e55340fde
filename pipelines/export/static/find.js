// Searches the static site: the words of an article are in small files beside this one, by their first letters. They are
// loaded as scripts, so that it works without a server as well.
"use strict";
(() => {
  const PAGE = 20, TITLE = 4;
  const place = document.getElementById("found");
  const base = place.dataset.root + "find/";
  const asked = new URLSearchParams(location.search);
  const typed = asked.get("q") || asked.get("author") || "";
  const waiting = new Map(), loaded = new Map();

  globalThis.luutin = (name, told) => waiting.get(name)?.(told);

  // What a file says; null where it cannot be read.
  function load(name) {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `${base}${name}.js`;
        script.onerror = () => resolve(null);
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  }

  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[đð]/g, "d");
  const numbers = (gaps) => { let at = -1; return gaps.map((gap) => (at += gap + 1)); };
  const shard = (word) => /^[a-z0-9]{2}/.test(word) ? word.slice(0, 2) : "other";

  // The terms that are typed: each the words it may be (more where it ends with *), and whether it is unwanted.
  function terms(text) {
    const found = [];
    for (const [, minus, inside] of fold(text).matchAll(/(?:^|(?<=[\s"]))(-?)([^\s"]+)/g)) {
      const open = inside.endsWith("*");
      const words = inside.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
      words.forEach((word, at) => found.push({ word, open: open && at === words.length - 1, not: minus === "-" }));
    }
    return found.slice(0, 32);
  }

  // By the number of each article that has a term: how much that counts.
  async function having(about, term) {
    const name = shard(term.word), scores = new Map();
    const told = about.files.includes(name) && await load(name) || {};
    const words = term.open ? Object.keys(told).filter((word) => word.startsWith(term.word)) : [term.word];
    for (const word of words) {
      if (!Object.hasOwn(told, word)) continue;
      for (const [gaps, weight] of [[told[word][1], 1], [told[word][0], TITLE]])
        for (const number of numbers(gaps)) scores.set(number, Math.max(weight, scores.get(number) || 0));
    }
    return scores;
  }

  async function search() {
    const about = await load("about");
    if (!about) return show(place.dataset.failed);
    const all = terms(typed), wanted = all.filter((term) => !term.not);
    const found = new Map();
    const had = (some) => Promise.all(some.map((term) => having(about, term)));
    for (const scores of await had(wanted))
      for (const [number, score] of scores) {
        const [has, sum] = found.get(number) || [0, 0];
        found.set(number, [has + 1, sum + score]);
      }
    for (const scores of await had(all.filter((term) => term.not)))
      for (const number of scores.keys()) found.delete(number);
    if (asked.get("portal")) {
      const portals = await load("portals") || {}, name = asked.get("portal");
      const inside = new Set(Object.hasOwn(portals, name) ? numbers(portals[name]) : []);
      for (const number of found.keys()) if (!inside.has(number)) found.delete(number);
    }
    const most = Math.max(0, ...[...found.values()].map(([has]) => has));
    const hits = [...found].filter(([, [has]]) => has === most).sort((a, b) => b[1][1] - a[1][1] || a[0] - b[0]);
    if (!hits.length) return show(place.dataset.nothing);
    show(place.dataset.found.replace("{n}", hits.length), most < wanted.length ? place.dataset.loosened : "");
    const list = document.createElement("ol");
    list.className = "hits";
    place.append(list);
    await more(about, list, hits);
  }

  async function more(about, list, hits) {
    const part = hits.splice(0, PAGE).map(([number]) => number);
    const blocks = await Promise.all(part.map((number) => load(`articles-${Math.floor(number / about.block)}`)));
    part.forEach((number, at) => {
      const [id, title, date, portal] = blocks[at][number % about.block];
      const item = list.appendChild(document.createElement("li")), link = document.createElement("a");
      link.href = `articles/${id}.html`;
      link.textContent = title;
      link.lang = "vi";
      const heading = item.appendChild(document.createElement("h2")), by = item.appendChild(document.createElement("p"));
      heading.append(link);
      by.className = "by";
      by.textContent = [date, about.portals[portal]].filter(Boolean).join(" · ");
    });
    if (!hits.length) return;
    const button = place.appendChild(document.createElement("button"));
    button.textContent = place.dataset.more;
    button.addEventListener("click", () => { button.remove(); more(about, list, hits); });
  }

  function show(...lines) {
    place.hidden = false;
    place.replaceChildren(...lines.filter(Boolean).map((line) => {
      const said = document.createElement("p");
      said.className = "count";
      said.textContent = line;
      return said;
    }));
  }

  if (typed) {
    document.getElementById("q").value = typed;
    search();
  }
})();
