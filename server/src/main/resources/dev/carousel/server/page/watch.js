"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const root = document.documentElement;
  const SECONDS = 120;

  // Light or dark: the system's, until one chooses.
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const nameTheme = () => { $("theme").textContent = dark() ? "Light" : "Dark"; };
  $("theme").addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    nameTheme();
    drawState();
  });
  nameTheme();

  let token = "";
  try { token = sessionStorage.getItem("token") || ""; } catch { /* A browser that keeps nothing. */ }
  $("token-form").addEventListener("submit", event => {
    event.preventDefault();
    token = $("token").value.trim();
    try { sessionStorage.setItem("token", token); } catch { /* It lives as long as the page. */ }
    tick();
  });

  async function ask(path, options = {}) {
    const headers = token ? { Authorization: "Bearer " + token } : {};
    const response = await fetch(path, { ...options, headers, cache: "no-store" });
    if (response.status === 401) {
      $("login").hidden = false;
      throw new Error("This server needs a token.");
    }
    $("login").hidden = true;
    return response;
  }

  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const short = n => n >= 100 ? whole.format(n) : n.toLocaleString("en", { maximumSignificantDigits: 3 });
  const time = ms => ms === 0 ? "-" : short(ms) + " ms";
  const bytes = n => n >= 1e9 ? short(n / 1e9) + " GB" : whole.format(n / 1e6) + " MB";
  function ago(seconds) {
    if (seconds < 120) return whole.format(seconds) + " s";
    if (seconds < 7200) return whole.format(seconds / 60) + " min";
    return seconds < 172800 ? whole.format(seconds / 3600) + " h" : whole.format(seconds / 86400) + " days";
  }

  // Charts: a line over two minutes, the axis up to a round number.
  const series = { events: [], p99: [] };
  function roundUp(n) {
    if (n <= 0) return 1;
    const ten = 10 ** Math.floor(Math.log10(n));
    return [1, 2, 5, 10].map(k => k * ten).find(k => k >= n);
  }
  function chart(svg, values) {
    const width = svg.clientWidth || 300, height = svg.clientHeight || 170, left = 46, bottom = 18, top = 8;
    const most = roundUp(Math.max(...values.map(v => v.y), 0));
    const x = t => left + (width - left - 6) * (1 + t / SECONDS);
    const y = v => top + (height - top - bottom) * (1 - v / most);
    const now = values.length ? values[values.length - 1].t : 0;
    const parts = [];
    for (const share of [0, 0.5, 1]) {
      const at = y(share * most);
      parts.push(`<line x1="${left}" x2="${width - 6}" y1="${at}" y2="${at}"/>`);
      parts.push(`<text x="${left - 6}" y="${at + 4}" text-anchor="end">${short(share * most)}</text>`);
    }
    for (const s of [-120, -60, 0]) {
      parts.push(`<text x="${x(s)}" y="${height - 3}" text-anchor="${s === 0 ? "end" : "start"}">${s === 0 ? "now" : s + " s"}</text>`);
    }
    if (values.length > 1) {
      parts.push(`<path d="M${values.map(v => x(v.t - now).toFixed(1) + " " + y(v.y).toFixed(1)).join("L")}"/>`);
    }
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.innerHTML = parts.join("");
  }

  let before = null;
  const rates = new Map();

  function row(model, version, rate) {
    const tr = document.createElement("tr");
    const cells = [model.name, model.task, version.version, whole.format(version.sessions), short(rate), whole.format(version.events),
      short(version.mean_batch), whole.format(version.evicted), whole.format(version.refused)];
    cells.forEach((text, i) => {
      const cell = document.createElement("td");
      cell.textContent = text;
      if (i > 1) cell.className = "n";
      tr.append(cell);
    });
    return tr;
  }

  function show(status, at) {
    const all = status.models.flatMap(model => model.versions.map(version => ({ model, version })));
    const sum = what => all.reduce((total, one) => total + one.version[what], 0);
    const now = { at, events: sum("events"), requests: status.requests, of: new Map() };
    all.forEach(one => now.of.set(one.model.name + "/" + one.version.version, one.version.events));
    if (before) {
      const seconds = (at - before.at) / 1000;
      const events = Math.max(0, (now.events - before.events) / seconds);
      $("n-events").textContent = short(events);
      // The page itself asks once a second.
      $("n-requests").textContent = short(Math.max(0, (now.requests - before.requests) / seconds));
      now.of.forEach((count, key) => rates.set(key, Math.max(0, (count - (before.of.get(key) ?? count)) / seconds)));
      series.events.push({ t: at / 1000, y: events });
      series.p99.push({ t: at / 1000, y: status.p99_ms });
      for (const values of Object.values(series)) {
        while (values.length && values[0].t < at / 1000 - SECONDS) values.shift();
      }
      chart($("chart-events"), series.events);
      chart($("chart-p99"), series.p99);
    }
    before = now;
    $("n-median").textContent = time(status.median_ms);
    $("n-p99").textContent = time(status.p99_ms);
    $("n-sessions").textContent = whole.format(sum("sessions"));
    $("n-waiting").textContent = whole.format(sum("waiting"));
    $("n-refused").textContent = whole.format(status.refused);
    $("n-memory").textContent = bytes(status.memory_bytes);
    $("models").replaceChildren(...all.map(one => row(one.model, one.version, rates.get(one.model.name + "/" + one.version.version) || 0)));
    const names = status.models.map(model => model.name);
    if ([...$("model").options].map(option => option.value).join("\n") !== names.join("\n")) {
      const chosen = $("model").value;
      $("model").replaceChildren(...names.map(name => new Option(name, name)));
      if (names.includes(chosen)) $("model").value = chosen;
      else loadExample();
    }
    const up = names.length === 1 ? "1 model" : names.length + " models";
    $("status").textContent = `${up}, up for ${ago(status.uptime_seconds)}`;
    $("status").className = "";
  }

  async function tick() {
    try {
      const response = await ask("/v1/status");
      if (!response.ok) throw new Error("The server answers " + response.status + ".");
      show(await response.json(), performance.now());
    } catch (error) {
      $("status").textContent = error instanceof TypeError ? "The server does not answer. Has it ended?" : error.message;
      $("status").className = "lost";
      before = null;
    }
  }
  async function loop() {
    if (!document.hidden) await tick();
    setTimeout(loop, 1000);
  }

  // Trying by hand.
  const base = () => "/v1/models/" + encodeURIComponent($("model").value);
  const session = () => base() + "/sessions/" + encodeURIComponent($("session").value);

  async function loadExample() {
    const model = $("model").value;
    if (!model) return;
    try {
      const response = await ask(base() + "/example");
      const example = await response.json();
      // Another model may have been chosen meanwhile.
      if (model !== $("model").value) return;
      const lines = example.events.map(event => "    " + JSON.stringify(event));
      $("events").value = "{\n  \"events\": [\n" + lines.join(",\n") + "\n  ]\n}";
      drawState();
    } catch { /* The status says that the server is gone. */ }
  }

  // Numbers of an array side by side.
  const pretty = value => JSON.stringify(value, null, 1).replace(/\[\s+([^[\]{}"]*?)\s+\]/g, (all, inner) => "[" + inner.replace(/\s+/g, " ") + "]");

  function answer(text, bad) {
    $("answer").textContent = text;
    $("answer").className = bad ? "bad" : "";
  }

  async function send(event) {
    event.preventDefault();
    $("send").disabled = true;
    try {
      const begun = performance.now();
      const response = await ask(session() + "/events", { method: "POST", body: $("events").value });
      const text = await response.text();
      const took = performance.now() - begun;
      let found = JSON.parse(text);
      if (response.ok) {
        const count = found.outputs.length;
        $("took").textContent = (count === 1 ? "1 event" : count + " events") + " in " + time(took)
          + (count > 1 ? "; the answer to the last:" : ":");
        found = found.outputs[count - 1];
      } else {
        $("took").textContent = response.status + " " + found.title + ":";
        found = found.detail;
      }
      answer(typeof found === "string" ? found : pretty(found), !response.ok);
    } catch (error) {
      $("took").textContent = "";
      answer(error.message, true);
    }
    $("send").disabled = false;
    fetchState();
  }
  $("try").addEventListener("submit", send);
  $("example").addEventListener("click", loadExample);
  $("model").addEventListener("change", () => { loadExample(); fetchState(); });
  $("session").addEventListener("change", fetchState);
  $("end").addEventListener("click", async () => {
    try {
      const response = await ask(session(), { method: "DELETE" });
      $("took").textContent = "";
      answer(response.ok ? "The session has ended; the next event begins a new one." : (await response.json()).detail, !response.ok);
    } catch (error) {
      answer(error.message, true);
    }
    fetchState();
  });

  // The state as a picture.
  let picture = null;
  async function fetchState() {
    const of = session();
    let found = null;
    try {
      // A session that is not there yet is no error.
      const response = await ask(of + "/picture?missing=ok");
      if (response.status === 200) found = await response.json();
    } catch { /* Nothing to draw. */ }
    if (of !== session()) return;
    picture = found;
    drawState();
  }

  function colour(name) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    probe.remove();
    return pen.getImageData(0, 0, 1, 1).data;
  }

  function drawState() {
    const canvas = $("state");
    const there = picture !== null && picture.values.length > 0;
    canvas.hidden = $("state-key").hidden = !there;
    if (!there) {
      $("state-note").textContent = "What the session remembers, once it has had an event.";
      return;
    }
    const numbers = picture.kind === "numbers", count = picture.values.length;
    const columns = Math.min(count, Math.max(8, 2 ** Math.ceil(Math.log2(Math.sqrt(2 * count)))));
    canvas.width = columns;
    canvas.height = Math.ceil(count / columns);
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(canvas.width, canvas.height);
    const none = colour("--page"), plus = colour("--plus"), minus = colour("--minus");
    const most = numbers ? Math.max(1, ...picture.values.map(Math.abs)) : 255;
    picture.values.forEach((value, i) => {
      const share = Math.min(1, Math.abs(value) / most), to = value < 0 ? minus : plus;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = none[c] + share * (to[c] - none[c]);
      image.data[4 * i + 3] = 255;
    });
    pen.putImageData(image, 0, 0);
    $("state-key").classList.toggle("bytes", !numbers);
    const ends = $("state-key").querySelectorAll("span:not(.ramp)");
    ends[0].textContent = numbers ? short(-most) : "0";
    ends[1].textContent = numbers ? short(most) : "255";
    $("state-note").textContent = numbers
      ? `${whole.format(count)} numbers: the network's state, one cell each`
      : `${whole.format(picture.bytes)} bytes: all that it remembers, one cell each`;
  }

  loop();
})();
