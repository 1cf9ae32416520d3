"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const SEVERITY = ["NON", "COR", "SPU", "MIS", "SUB"];

  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const documents = all(".document").map((element) => ({
    element,
    leaves: all(".leaf", element),
  }));
  const leaves = documents.flatMap((document) => document.leaves);
  const leafOf = new Map(leaves.map((leaf) => [leaf.dataset.leaf, leaf]));
  const marks = all("mark[data-leaves]").map((element) => ({
    element,
    leaves: element.dataset.leaves.split(" ").map((number) => leafOf.get(number)),
  }));
  const markAt = new Map(marks.map((mark) => [mark.element, mark]));
  const marksOf = new Map(leaves.map((leaf) => [leaf, []]));
  for (const mark of marks) for (const leaf of mark.leaves) marksOf.get(leaf).push(mark.element);

  let selected = null; // the leaf that was clicked
  let pointed = []; // the leaves under the pointer or with the focus
  let lit = [];

  const isShown = (leaf) => !leaf.parentElement.hidden;
  const quotesOf = (leaf) => document.getElementById(leaf.getAttribute("aria-controls"));

  function light() {
    for (const element of lit) element.classList.remove("hot");
    const wanted = pointed.length ? pointed : selected ? [selected] : [];
    lit = wanted.flatMap((leaf) => [leaf, ...marksOf.get(leaf)]);
    for (const element of lit) element.classList.add("hot");
  }

  function bringIntoView(leaf) {
    const seen = new Set();
    for (const mark of marksOf.get(leaf)) {
      const pane = mark.closest(".pane");
      if (seen.has(pane)) continue;
      seen.add(pane);
      pane.scrollTop = mark.offsetTop - pane.clientHeight / 3;
    }
  }

  function select(leaf) {
    if (selected) {
      selected.setAttribute("aria-expanded", "false");
      quotesOf(selected).hidden = true;
    }
    selected = leaf;
    if (leaf) {
      leaf.setAttribute("aria-expanded", "true");
      quotesOf(leaf).hidden = false;
      bringIntoView(leaf);
    }
    light();
  }

  // One tab stop per article; the arrow keys go on from there.
  function settleTabStops(list, wanted) {
    const visible = list.filter(isShown);
    const stop = visible.includes(wanted) ? wanted : visible[0];
    for (const leaf of list) leaf.tabIndex = leaf === stop ? 0 : -1;
  }

  function filter() {
    const data = new FormData(form);
    const track = data.get("track");
    const verdicts = new Set(data.getAll("verdict"));
    const field = data.get("field");
    let leafCount = 0;
    let documentCount = 0;
    for (const { element, leaves: list } of documents) {
      let any = false;
      for (const leaf of list) {
        const verdict = leaf.dataset[track];
        const visible =
          verdict !== "" && verdicts.has(verdict) && (!field || leaf.dataset.field === field);
        leaf.parentElement.hidden = !visible;
        if (visible) {
          const badge = leaf.querySelector(".badge");
          badge.textContent = verdict;
          badge.dataset.verdict = verdict;
          leafCount += 1;
          any = true;
        }
      }
      element.hidden = !any;
      documentCount += any ? 1 : 0;
      settleTabStops(list, list.find((leaf) => leaf.tabIndex === 0));
    }
    for (const mark of marks) {
      const ranks = mark.leaves
        .filter(isShown)
        .map((leaf) => SEVERITY.indexOf(leaf.dataset[track]));
      if (ranks.length) mark.element.dataset.verdict = SEVERITY[Math.max(...ranks)];
      else delete mark.element.dataset.verdict;
    }
    if (selected && !isShown(selected)) select(null);
    pointed = [];
    light();
    shown.textContent =
      `${leafCount} of ${leaves.length} leaves, ` +
      `in ${documentCount} of ${documents.length} articles`;
  }

  function leavesAt(target) {
    const leaf = target.closest(".leaf");
    if (leaf) return [leaf];
    const mark = markAt.get(target.closest("mark[data-verdict]"));
    return mark ? mark.leaves.filter(isShown) : [];
  }

  function point(target) {
    const found = target instanceof Element ? leavesAt(target) : [];
    if (found.length === pointed.length && found.every((leaf, at) => leaf === pointed[at])) return;
    pointed = found;
    light();
  }

  function moveFocus(leaf, key) {
    const list = documents.find((one) => one.leaves.includes(leaf)).leaves.filter(isShown);
    const at = list.indexOf(leaf);
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 };
    const next = list[places[key]];
    if (!next) return;
    settleTabStops(list, next);
    next.focus();
  }

  function sortBy(table, column, heading) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of all("th", table.tHead)) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
    const rows = [...table.tBodies[0].rows].sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (a === "" || b === "") return (a === "") - (b === "");
      const order = isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
      return down ? -order : order;
    });
    table.tBodies[0].append(...rows);
  }

  for (const table of all("table.sortable")) {
    all("th", table.tHead).forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sortBy(table, column, heading));
    });
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", filter);
  document.addEventListener("pointerover", (event) => point(event.target));
  document.addEventListener("focusin", (event) => point(event.target));
  document.addEventListener("keydown", (event) => {
    const leaf = event.target instanceof Element && event.target.closest(".leaf");
    if (leaf && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      moveFocus(leaf, event.key);
    } else if (event.key === "Escape") select(null);
  });
  document.addEventListener("click", (event) => {
    const name = event.target.closest(".link[data-field]");
    if (name) {
      form.elements.field.value = name.dataset.field;
      filter();
      document.getElementById("articles").scrollIntoView();
      return;
    }
    const found = leavesAt(event.target);
    if (!found.length) return;
    // Where spans overlap, each click takes the next leaf; a second click on a leaf lets it go.
    const next = found[found.indexOf(selected) + 1] ?? (found.length > 1 ? found[0] : null);
    select(next);
    if (next && !event.target.closest(".leaf")) next.scrollIntoView({ block: "nearest" });
  });

  for (const leaf of leaves) quotesOf(leaf).hidden = true;
  form.hidden = false;
  filter();
})();
