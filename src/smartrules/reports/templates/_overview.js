"use strict";
(() => {
  const root = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const size = 50;
  const names = ["not_met", "met", "not_applicable", "undetermined"];
  let sort = "place", down = false, from = 0, only = null;

  const language = () => document.getElementById("language-en").checked ? "en" : "zh";
  const words = () => data.words[language()];
  const said = (pair) => pair[language() === "zh" ? 0 : 1];
  const filled = (text, given) => text.replace(/\{(\w+)\}/g, (_, name) => given[name]);
  const count = (number) => number.toLocaleString("en-US");
  const name = (row) => typeof row[1] === "number" ? filled(words().row, { row: count(row[1]) }) : row[1];
  const made = (tag, text, classes) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (classes) element.className = classes;
    return element;
  };

  const sign = (code) => at("signs").content.querySelector(`[data-outcome="${names[code]}"]`).firstElementChild.cloneNode(true);

  const tier = () => Number(at("tier").value) || 0;
  const codes = (row) => row[3][tier()];
  const own = (row) => Number(codes(row).at(-1));
  const having = (row, code) => {
    const found = [];
    const all = codes(row);
    for (let index = 0; index < all.length - 1; index++) if (all[index] === code) found.push(index);
    return found;
  };
  const keys = {
    place: (row) => row[0],
    reached: (row) => row[2],
    outcome: (row) => [0, 2, 3, 1][own(row)],
    not_met: (row) => having(row, "0").length,
    undetermined: (row) => having(row, "3").length,
  };

  function options(select, texts, first) {
    const value = select.value;
    select.replaceChildren();
    if (first !== undefined) select.append(new Option(first, ""));
    texts.forEach((text, index) => select.append(new Option(text, String(index))));
    if ([...select.options].some((one) => one.value === value)) select.value = value;
  }

  function choices() {
    options(at("tier"), data.tiers.map((one) => said(one.title)));
    options(at("outcome"), words().outcomes, words().any);
    const indicators = data.tiers[tier()].indicators;
    options(at("indicator"), indicators.map(([number, ...title]) => `${number} ${said(title)}`.trim()), words()["any indicator"]);
    options(at("is"), words().outcomes, words().any);
  }

  function chosen() {
    const text = at("search").value.trim().toLowerCase();
    const outcome = at("outcome").value, indicator = at("indicator").value, is = at("is").value;
    return data.rows.filter((row) =>
      (only === null || row[0] === only) &&
      (text === "" || name(row).toLowerCase().includes(text)) &&
      (outcome === "" || own(row) === Number(outcome)) &&
      (is === "" || (indicator === "" ? codes(row).slice(0, -1).includes(is) : codes(row)[indicator] === is)) &&
      (!at("contradictory").checked || row[4] !== 0));
  }

  function some(row, code) {
    const indicators = data.tiers[tier()].indicators;
    const cell = made("td", undefined, "some");
    const found = having(row, code);
    cell.append(made("b", String(found.length)));
    if (found.length) {
      const shown = found.slice(0, 8).map((index) => indicators[index][0] || said(indicators[index].slice(1)));
      cell.append(made("span", shown.join(", ") + (found.length > 8 ? ", …" : ""), "small quiet"));
    }
    return cell;
  }

  function line(row) {
    const element = made("tr");
    const head = made("th", name(row));
    head.scope = "row";
    if (row[4] !== 0) head.append(made("span", said(row[4]), "small problem"));
    element.append(head);
    if (data.reached) element.append(made("td", row[2] < 0 ? words().none : said(data.reached[row[2]])));
    const outcome = made("td"), word = made("span", undefined, `outcome ${names[own(row)]}`);
    word.append(sign(own(row)), made("span", words().outcomes[own(row)], "word"));
    outcome.append(word);
    element.append(outcome, some(row, "0"), some(row, "3"));
    const strip = made("td"), inner = made("span", undefined, "strip");
    inner.setAttribute("role", "img");
    const indicators = data.tiers[tier()].indicators;
    const told = [];
    [...codes(row).slice(0, -1)].forEach((code, index) => {
      const one = made("i", undefined, names[code]);
      const [number, ...title] = indicators[index];
      one.title = `${number} ${said(title)}`.trim() + (language() === "zh" ? "：" : ": ") + words().outcomes[code];
      told.push(one.title);
      inner.append(one);
    });
    inner.setAttribute("aria-label", told.join(language() === "zh" ? "；" : "; "));
    strip.append(inner);
    element.append(strip);
    return element;
  }

  function draw() {
    const key = keys[sort];
    const rows = chosen().sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (down ? -1 : 1) || a[0] - b[0]);
    from = Math.max(0, Math.min(from, Math.floor((rows.length - 1) / size) * size));
    const shown = rows.slice(from, from + size);
    at("table").tBodies[0].replaceChildren(...shown.map(line));
    at("shown").textContent = rows.length
      ? filled(words().shown, { from: count(from + 1), to: count(from + shown.length), n: count(rows.length) })
      : words()["none shown"];
    at("previous").disabled = from === 0;
    at("next").disabled = from + size >= rows.length;
    for (const button of at("table").tHead.querySelectorAll("button")) {
      const head = button.parentElement;
      if (button.dataset.sort === sort) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  function again() { from = 0; draw(); }

  function speak() {
    root.lang = language() === "zh" ? "zh-CN" : "en";
    for (const one of document.querySelectorAll("[data-zh]")) one.setAttribute("aria-label", one.dataset[language()]);
    if (data.tiers.length) { choices(); draw(); }
  }

  for (const input of document.querySelectorAll('input[name="language"]')) input.addEventListener("change", speak);
  if (data.tiers.length) {
    at("filter").hidden = at("table").hidden = at("pages").hidden = false;
    if (!data.reached) at("table").tHead.rows[0].cells[1].remove();
    at("filter").addEventListener("input", (event) => {
      only = null;
      if (event.target.id === "tier") { at("indicator").value = ""; choices(); }
      again();
    });
    at("filter").addEventListener("submit", (event) => event.preventDefault());
    at("filter").addEventListener("reset", () => setTimeout(() => { only = null; choices(); again(); }));
    at("table").tHead.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const same = button.dataset.sort === sort;
      down = same ? !down : !["place"].includes(button.dataset.sort);
      sort = button.dataset.sort;
      again();
    });
    at("previous").addEventListener("click", () => { from -= size; draw(); });
    at("next").addEventListener("click", () => { from += size; draw(); });
    document.addEventListener("click", (event) => {
      const button = event.target.closest(".find");
      if (!button) return;
      at("filter").reset();
      setTimeout(() => {
        only = Number(button.dataset.place);
        const row = data.rows.find((one) => one[0] === only);
        if (row) at("search").value = name(row);
        choices();
        again();
        at("communities").focus();
      });
    });
  }
  if (matchMedia("(max-width: 720px)").matches) for (const one of document.querySelectorAll(".nearest")) one.open = false;
  speak();
})();
