"use strict";
// Draws the charts from the tables of the page, lets hidden units be chosen, switches between light and dark, and follows a
// training that still runs. Without it, all that is on the page can be read, but for the charts.
(() => {
  const root = document.documentElement;
  const charts = new Map();
  let onPaper = false;

  // ---- Colours ----

  const probe = document.body.appendChild(document.createElement("i"));
  probe.hidden = true;

  /** What a colour of the style sheet is in the theme that is shown. */
  function colour(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  function seeThrough(rgb, alpha) {
    const [r, g, b] = rgb.match(/[\d.]+/g);
    return `rgba(${r},${g},${b},${alpha})`;
  }

  const DASHES = [[], [9, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 2], [14, 4], [7, 2, 2, 2, 2, 2]];

  // ---- Charts ----

  function headings(table) {
    return [...table.tHead.rows[0].cells].slice(1).map(cell => ({ role: cell.dataset.role, name: cell.dataset.name }));
  }

  /** The columns of a table as numbers; an empty cell is a gap. Where the first column is no number, rows are counted. */
  function read(figure) {
    const table = figure.querySelector(".numbers table");
    const rows = [...table.tBodies[0].rows];
    const labels = rows.map(row => row.cells[0].textContent.trim());
    const counted = figure.dataset.chart === "forecast";
    const columns = [counted ? labels.map((_, i) => i) : labels.map(Number)];
    headings(table).forEach((_, c) => columns.push(rows.map(row => {
      const text = row.cells[c + 1].textContent.trim();
      return text === "" ? null : Number(text);
    })));
    // Intervals are drawn first, so that no line is hidden behind them.
    const heads = headings(table);
    const order = heads.map((_, i) => i).sort((a, b) => isBand(heads[b]) - isBand(heads[a]) || a - b);
    return {
      heads: order.map(i => heads[i]),
      labels: counted ? labels : null,
      columns: [columns[0], ...order.map(i => columns[i + 1])],
    };
  }

  function isBand(head) {
    return head.role === "lower" || head.role === "upper";
  }

  function short(value) {
    if (value == null) return "–";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
    return value.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 6 : 4 });
  }

  function tick(value) {
    if (value == null) return "";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential().replace("e+", "e");
    return value.toLocaleString("en", { maximumFractionDigits: 8 });
  }

  function axisWidth(u, values, index, cycle) {
    const axis = u.axes[index];
    if (cycle > 1) return axis._size;
    const longest = (values ?? []).reduce((a, b) => ((b ?? "").length > a.length ? b : a), "");
    u.ctx.font = axis.font[0];
    return Math.ceil(axis.ticks.size + axis.gap + u.ctx.measureText(longest).width / devicePixelRatio) + 2;
  }

  function axis(label, more) {
    return {
      label,
      labelSize: 22,
      labelGap: 2,
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif",
      stroke: colour("soft"),
      grid: { stroke: colour("grid"), width: 1 },
      ticks: { stroke: colour("line"), width: 1, size: 5 },
      ...more,
    };
  }

  function lineSeries(heads, few) {
    let lines = 0;
    return heads.map(head => {
      const value = (_, v) => short(v);
      if (head.role === "truth") {
        return { label: head.name, stroke: colour("ink"), width: 2.4, value, points: { show: few } };
      }
      if (isBand(head)) {
        return {
          label: head.name + (head.role === "lower" ? " from" : " to"),
          class: "band",
          stroke: seeThrough(colour("c1"), 0.45), width: 1, value, points: { show: false },
        };
      }
      if (head.role === "path") {
        return {
          label: head.name, class: "path",
          stroke: seeThrough(colour("c1"), 0.6), width: 1, spanGaps: true, value, points: { show: false },
        };
      }
      const i = lines++;
      return {
        label: head.name,
        stroke: colour("c" + (i % 8 + 1)),
        width: 2,
        dash: DASHES[i % DASHES.length],
        spanGaps: true,
        value,
        points: { show: few, size: 6 },
      };
    });
  }

  function bands(heads) {
    const found = [];
    const all = heads.filter(head => head.role === "lower").length;
    heads.forEach((head, i) => {
      if (head.role === "lower") {
        found.push({ series: [i + 2, i + 1], fill: seeThrough(colour("c1"), 0.12 + 0.16 * (found.length + 1) / all) });
      }
    });
    return found;
  }

  /** A line between what was read and what is forecast. */
  function originLine(origin) {
    return u => {
      if (!(origin > 0 && origin < u.data[0].length)) return;
      const x = Math.round(u.valToPos(origin - 0.5, "x", true));
      u.ctx.save();
      u.ctx.strokeStyle = colour("soft");
      u.ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    };
  }

  /** On paper, which is drawn before it has its width, a chart is as wide as the narrowest paper. */
  function widthOf(plot) {
    return onPaper ? 640 : plot.clientWidth;
  }

  function heightFor(width) {
    return onPaper ? 230 : width < 480 ? 250 : 300;
  }

  /** Few points have a mark each. */
  function hasFew(data) {
    return data.columns[0].length <= 40;
  }

  function options(figure, plot, data, logarithmic) {
    const few = hasFew(data);
    const across = data.labels
      ? { values: (_, splits) => splits.map(i => data.labels[i] ?? ""), incrs: [1, 2, 3, 6, 7, 12, 14, 24, 28, 48, 96, 168, 336, 720],
          space: 12 + 8 * data.labels.reduce((most, label) => Math.max(most, label.length), 4) }
      : { values: (_, splits) => splits.map(tick) };
    across.size = 30;
    if (!data.labels && data.columns[0].every(Number.isInteger)) {
      across.incrs = [1, 2, 5].flatMap((_, i, all) => [...Array(12).keys()].map(e => all[i] * 10 ** e)).sort((a, b) => a - b);
    }
    const up = { values: (_, splits) => splits.map(tick), size: axisWidth };
    return {
      width: widthOf(plot),
      height: heightFor(widthOf(plot)),
      padding: [10, 14, 0, data.labels ? 20 : 0],
      scales: { x: { time: false }, y: logarithmic ? { distr: 3, log: 10 } : {} },
      axes: [axis(figure.dataset.across, across), axis(figure.dataset.up, up)],
      series: [
        { label: figure.dataset.across, value: (_, v) => (v == null ? "–" : data.labels ? data.labels[v] : short(v)) },
        ...lineSeries(data.heads, few),
      ],
      bands: bands(data.heads),
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      legend: { live: true, markers: { dash: (u, i) => (u.series[i].dash?.length ? "dashed" : "solid") } },
      hooks: figure.dataset.origin ? { draw: [originLine(Number(figure.dataset.origin))] } : {},
    };
  }

  function draw(figure) {
    charts.get(figure)?.chart?.destroy();
    const plot = figure.querySelector(".plot");
    const data = read(figure);
    const numbers = data.columns.slice(1).flat().filter(v => v != null);
    plot.textContent = "";
    plot.classList.toggle("none", numbers.length === 0);
    if (numbers.length === 0) {
      plot.textContent = "There is nothing to draw yet.";
      charts.set(figure, {});
      return;
    }
    const positive = numbers.every(v => v > 0) && Math.max(...numbers) > 3 * Math.min(...numbers);
    const logarithmic = positive && option(figure, "logarithmic", true).checked;
    if (!positive) option(figure, "logarithmic", false);
    const chart = new uPlot(options(figure, plot, data, logarithmic), data.columns, plot);
    chart.root.querySelectorAll(".u-series th").forEach(head => {
      head.tabIndex = 0;
      head.addEventListener("keydown", event => event.key === "Enter" && head.click());
    });
    const part = closeUp(figure, data);
    if (part) chart.setScale("x", part);
    charts.set(figure, { chart, few: hasFew(data), names: JSON.stringify(headings(figure.querySelector(".numbers table"))) });
  }

  /** A box to tick above a chart; it is taken away where it makes no sense. */
  function option(figure, name, offered) {
    let bar = figure.querySelector(".tools");
    let box = bar?.querySelector(`input[name="${name}"]`);
    if (!offered) {
      box?.parentElement.remove();
      return null;
    }
    if (!box) {
      if (!bar) {
        bar = document.createElement("div");
        bar.className = "tools";
        figure.prepend(bar);
      }
      box = document.createElement("input");
      box.type = "checkbox";
      box.name = name;
      box.addEventListener("change", () => draw(figure));
      const label = document.createElement("label");
      label.append(box, " " + name);
      bar.append(label);
    }
    return box;
  }

  /** A forecast is shown with twice its length before it, unless all of it is asked for. */
  function closeUp(figure, data) {
    const origin = Number(figure.dataset.origin);
    const last = data.columns[0].length - 1;
    const first = origin - 2 * (last + 1 - origin);
    const near = data.labels && first > 0 && origin <= last;
    return near && !option(figure, "all that was read", true).checked ? { min: first, max: last } : null;
  }

  function drawAll() {
    document.querySelectorAll("figure.chart").forEach(draw);
    document.querySelectorAll(".units").forEach(units => units.paint?.());
  }

  function fit() {
    charts.forEach(({ chart }, figure) => {
      const width = widthOf(figure.querySelector(".plot"));
      if (chart && width > 0 && width !== chart.width) chart.setSize({ width, height: heightFor(width) });
    });
  }

  // ---- Hidden units ----

  function hiddenUnits(place) {
    const data = JSON.parse(place.querySelector("script").textContent);
    const select = place.querySelector("select");
    const text = place.querySelector("pre.text");
    const numbers = place.querySelector("details");
    data.units.forEach((unit, i) => select.add(new Option(unit.note ? `${unit.name}: ${unit.note}` : unit.name, i)));
    text.textContent = "";
    const spans = data.symbols.map(symbol => {
      const span = document.createElement("span");
      if (symbol === "\n") {
        const end = document.createElement("i");
        end.className = "end";
        end.textContent = "↵";
        span.append(end, "\n");
      } else {
        span.textContent = symbol;
      }
      return text.appendChild(span);
    });
    const values = () => Int8Array.from(atob(data.units[select.selectedIndex].values), c => c.charCodeAt(0));
    function table() {
      if (!numbers.open) return;
      const rows = [...values()].map((v, i) => {
        const row = document.createElement("tr");
        for (const cell of [i + 1, JSON.stringify(data.symbols[i]), (v / 127).toFixed(2)]) {
          row.appendChild(document.createElement("td")).textContent = cell;
        }
        return row;
      });
      numbers.querySelector("tbody").replaceChildren(...rows);
    }
    place.paint = () => {
      if (data.units.length === 0) return;
      const plus = colour("heat");
      const minus = colour("minus");
      values().forEach((v, i) => {
        spans[i].style.backgroundColor = seeThrough(v < 0 ? minus : plus, (0.75 * Math.abs(v) / 127).toFixed(3));
        spans[i].title = (v / 127).toFixed(2);
      });
      place.querySelector(".about").textContent = `${select.selectedIndex + 1} of ${data.units.length}`;
      table();
    };
    const step = by => {
      select.selectedIndex = (select.selectedIndex + by + data.units.length) % data.units.length;
      place.paint();
    };
    place.querySelector(".before").addEventListener("click", () => step(-1));
    place.querySelector(".next").addEventListener("click", () => step(1));
    select.addEventListener("change", place.paint);
    numbers.addEventListener("toggle", table);
    place.paint();
  }

  // ---- Light and dark ----

  const THEMES = ["auto", "light", "dark"];
  const button = document.getElementById("theme");

  function remembered() {
    try {
      return localStorage.getItem("carousel-theme");
    } catch {
      return null;
    }
  }

  function theme(name) {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    button.textContent = { auto: "◐ As the system", light: "☀ Light", dark: "☾ Dark" }[name];
    button.title = "Colours: " + name;
    try {
      localStorage.setItem("carousel-theme", name);
    } catch {
      // Without storage the choice holds for this view of the page.
    }
  }

  let chosen = THEMES.includes(remembered()) ? remembered() : "auto";
  button.hidden = false;
  button.addEventListener("click", () => {
    chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
    theme(chosen);
    drawAll();
  });
  theme(chosen);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);

  addEventListener("beforeprint", () => {
    onPaper = true;
    root.dataset.theme = "light";
    drawAll();
  });
  addEventListener("afterprint", () => {
    onPaper = false;
    theme(chosen);
    drawAll();
  });

  // ---- A training that still runs ----

  function begin(part) {
    part.querySelectorAll("figure.chart").forEach(draw);
    part.querySelectorAll(".units").forEach(hiddenUnits);
  }

  /** Puts a new section over the old one; a chart of the same lines gets new numbers and keeps what was chosen. */
  function renew(old, fresh) {
    const figure = old.querySelector("figure.chart");
    const newer = fresh.querySelector("figure.chart");
    const known = figure && charts.get(figure);
    if (known?.chart && newer && known.names === JSON.stringify(headings(newer.querySelector(".numbers table")))) {
      old.querySelector(".numbers tbody").replaceWith(newer.querySelector(".numbers tbody"));
      const note = old.querySelector(".note");
      if (note) note.textContent = fresh.querySelector(".note")?.textContent ?? "";
      const data = read(figure);
      if (hasFew(data) === known.few) known.chart.setData(data.columns);
      else draw(figure);
      return;
    }
    const open = [...old.querySelectorAll("details")].map(details => details.open);
    charts.get(figure)?.chart?.destroy();
    charts.delete(figure);
    old.replaceWith(fresh);
    fresh.querySelectorAll("details").forEach((details, i) => { details.open = open[i] ?? false; });
    begin(fresh);
  }

  function news(message) {
    document.getElementById("status").textContent = message.status;
    const main = document.querySelector("main");
    for (const part of message.parts ?? []) {
      const template = document.createElement("template");
      template.innerHTML = part.markup;
      const fresh = document.importNode(template.content.firstElementChild, true);
      const old = document.getElementById(part.id);
      if (old) renew(old, fresh);
      else {
        main.insertBefore(fresh, part.before ? document.getElementById(part.before) : null);
        begin(fresh);
        link(part);
      }
    }
  }

  function link(part) {
    const item = document.createElement("li");
    const anchor = item.appendChild(document.createElement("a"));
    anchor.href = "#" + part.id;
    anchor.textContent = part.title;
    const before = part.before && document.querySelector(`nav a[href="#${CSS.escape(part.before)}"]`);
    document.querySelector("nav ul").insertBefore(item, before ? before.parentElement : null);
  }

  function follow() {
    const source = new EventSource("events");
    const status = document.getElementById("status");
    source.addEventListener("news", event => {
      status.classList.remove("lost");
      news(JSON.parse(event.data));
    });
    source.addEventListener("end", event => {
      news(JSON.parse(event.data));
      source.close();
    });
    source.addEventListener("error", () => {
      source.close();
      status.classList.add("lost");
      status.textContent += " The connection is lost; this is how it was then.";
    });
  }

  begin(document);
  new ResizeObserver(fit).observe(document.querySelector("main"));
  if ("live" in root.dataset) follow();
})();
