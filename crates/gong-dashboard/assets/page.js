"use strict";
// Everything can be read without this file: it sorts tables and listens for news.
(() => {
  const worth = (row, at) => {
    const cell = row.cells[at];
    if (!cell) return "";
    const text = (cell.dataset.value ?? cell.textContent).trim();
    const number = Number(text.replace(/[,%×\s]/g, "").replace("−", "-"));
    return text !== "" && Number.isFinite(number) ? number : text.toLowerCase();
  };
  const sort = (table, at, button) => {
    const heads = table.tHead.rows[0].cells;
    const down = heads[at].getAttribute("aria-sort") === "ascending";
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[at].setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const fixed = [...body.rows].filter((row) => row.classList.contains("band-row"));
    const rows = [...body.rows].filter((row) => !fixed.includes(row));
    rows.sort((one, other) => {
      const [a, b] = [worth(one, at), worth(other, at)];
      const order = typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1;
      return down ? -order : order;
    });
    body.append(...rows, ...fixed);
    button.focus();
  };
  const sortable = (within) => {
    for (const table of within.querySelectorAll("table[data-sort]")) {
      [...table.tHead.rows[0].cells].forEach((head, at) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => sort(table, at, button));
      });
    }
  };
  sortable(document);

  const live = document.getElementById("live");
  if (!live || !window.EventSource) return;
  const newest = document.getElementById("newest-list");
  const news = new EventSource(live.dataset.live);
  let quiet;
  news.addEventListener("progress", (event) => {
    const step = JSON.parse(event.data);
    live.textContent = step.total
      ? `At work: ${step.stage} ${step.done} of ${step.total}`
      : `At work: ${step.stage} ${step.done}`;
    clearTimeout(quiet);
    quiet = setTimeout(() => { live.textContent = ""; }, 15000);
  });
  news.addEventListener("calls", async () => {
    if (!newest) {
      live.textContent = "New calls came.";
      return;
    }
    const answer = await fetch(newest.dataset.newest, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    newest.innerHTML = await answer.text();
    live.textContent = "New calls came.";
  });
  window.addEventListener("pagehide", () => news.close());
})();
