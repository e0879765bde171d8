// The style sheet and the search of the documentation's pages.

let styleSheet = """
  :root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: #2a6fbf; }
  @media (prefers-color-scheme: dark) { :root { --accent: #7ab4f5; } }
  * { box-sizing: border-box; }
  body { margin: 0; display: flex; font: 16px/1.5 system-ui, sans-serif; }
  nav { width: 16em; height: 100vh; position: sticky; top: 0; overflow-y: auto; padding: 1em;
    border-right: 1px solid var(--line); flex: none; }
  nav ul { list-style: none; padding: 0; }
  nav .home { font-weight: bold; }
  nav .current { font-weight: bold; }
  main { padding: 1em 2em 4em; max-width: 60em; min-width: 0; flex: 1; }
  a { color: var(--accent); text-decoration: none; }
  a:hover { text-decoration: underline; }
  input { width: 100%; margin: 0.8em 0; padding: 0.4em; font: inherit; }
  code, pre { font: 14px/1.45 ui-monospace, monospace; }
  pre { padding: 0.8em 1em; background: var(--soft); border-radius: 6px; overflow-x: auto; }
  pre.output { border-left: 3px solid var(--line); background: none; margin-top: -0.6em; }
  h1 { font-size: 1.6em; } h2 { margin-top: 2em; border-bottom: 1px solid var(--line); }
  .signature { font-weight: normal; margin: 0.4em 0; background: var(--soft); padding: 0.4em 0.6em;
    border-radius: 6px; overflow-x: auto; }
  section { margin: 1.6em 0 2.4em; }
  section > *:not(.signature) { margin-left: 1.2em; }
  .member { margin: 1em 0; }
  .member > *:not(.signature) { margin-left: 1.2em; }
  .anchor { visibility: hidden; float: right; }
  .signature:hover .anchor { visibility: visible; }
  table { border-collapse: collapse; }
  td { padding: 0.15em 1em 0.15em 0; vertical-align: top; }
  td p { margin: 0; }
  .kind { color: #888; font-size: 0.85em; display: inline-block; min-width: 3.6em; }
  .keyword { color: #a626a4; } .text { color: #50a14f; } .number { color: #986801; }
  .comment { color: #888; } .type { color: inherit; }
  @media (prefers-color-scheme: dark) {
    .keyword { color: #c678dd; } .text { color: #98c379; } .number { color: #d19a66; } }
  #results { padding-left: 0; list-style: none; }
  #results li { padding: 0.3em 0.6em; }
  #results li.chosen { background: var(--soft); }
  #results small { color: #888; }
  @media (max-width: 50em) { body { display: block; }
    nav { width: auto; height: auto; position: static; } nav ul { display: none; } }

  """

/// Ranks names: equal, then beginning with what was typed, then containing it, then the path.
let searchScript = """
  const field = document.getElementById("search");
  const results = document.getElementById("results");
  const content = document.getElementById("content");
  let chosen = 0;

  function rank(entry, text) {
    const name = entry[0].toLowerCase();
    if (name === text) return 0;
    if (name.startsWith(text)) return 1;
    if (name.includes(text)) return 2;
    return entry[2].toLowerCase().includes(text) ? 3 : -1;
  }

  function search() {
    const text = field.value.trim().toLowerCase();
    results.hidden = text === "";
    content.hidden = text !== "";
    results.replaceChildren();
    if (text === "") return;
    const found = [];
    index.forEach((entry, place) => {
      const value = rank(entry, text);
      if (value >= 0) found.push([value, entry[0].length, place, entry]);
    });
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    for (const [, , , entry] of found.slice(0, 50)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = entry[3];
      link.textContent = entry[2];
      link.addEventListener("click", leave);
      const about = document.createElement("small");
      about.textContent = " " + entry[1] + "  " + entry[4];
      item.append(link, about);
      results.append(item);
    }
    if (found.length === 0) results.textContent = "nothing found";
    choose(0);
  }

  function leave() {
    field.value = "";
    search();
  }

  function choose(place) {
    const items = results.querySelectorAll("li");
    chosen = Math.max(0, Math.min(place, items.length - 1));
    items.forEach((item, i) => item.classList.toggle("chosen", i === chosen));
  }

  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") leave();
    else if (event.key === "Enter") {
      const link = results.querySelectorAll("li a")[chosen];
      if (link) { link.click(); location.href = link.href; }
    } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== field) {
      field.focus();
      event.preventDefault();
    }
  });

  """
