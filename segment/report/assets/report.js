"use strict";
// Draws the charts of the report, and lets its reader choose a segmentation and a segment. All data
// is in the page: nothing is loaded, and nothing from data becomes markup (textContent only).
(() => {
  const json = (id) => JSON.parse(document.getElementById(id).textContent);
  const specs = json("report-specs");
  const charts = json("report-charts");
  const marks = json("report-marks");
  const data = json("report-data");
  const customers = json("report-customers");

  const root = document.documentElement;
  const articles = [...document.querySelectorAll(".segmentation")];
  const focusSelect = document.getElementById("focus");
  const views = new Map();
  const pair = new Map();
  const state = { number: "1", focus: 0 };

  // ------------------------------------------------------------------ data

  const markOf = (page, id) => (marks[page] || []).find((mark) => mark.segment_id === id);

  // Turns the columns of a data set into rows, each with the colour and shape of its segment.
  function rows(key) {
    const columns = data[key];
    const names = Object.keys(columns);
    const page = key.split(".")[0];
    const length = names.length ? columns[names[0]].length : 0;
    return Array.from({ length }, (_, place) => {
      const row = {};
      for (const name of names) row[name] = columns[name][place];
      const mark = row.segment_id === undefined ? undefined : markOf(page, row.segment_id);
      return mark ? { ...row, segment: mark.name, colour: mark.colour, shape: mark.shape } : row;
    });
  }

  const distinct = (list, name) => new Set(list.map((row) => row[name])).size;

  // -------------------------------------------------------- specifications

  const told = (feature) => (feature.unit && feature.unit !== "as mapped" && feature.unit !== feature.name
    ? `${feature.name} (${feature.unit})` : feature.name);

  // An axis over several powers of ten shows more of a long tail; 0 keeps its place.
  function axisOf(feature) {
    if (!feature.log) return { title: told(feature) };
    const top = Math.max(...feature.values.filter((value) => value !== null), 1);
    const steps = top < 2000 ? [1, 2, 5] : [1];
    const values = [0];
    for (let power = 1; power <= top; power *= 10) values.push(...steps.map((step) => step * power));
    return {
      title: `${told(feature)}, logarithmic`,
      scale: { type: "symlog", zero: true },
      // each label by itself: with a format alone, 0 among thousands is "0k"
      axis: { values, labelExpr: "format(datum.value, '~s')" },
    };
  }

  function scatter(chart, spec, list) {
    const features = customers.features;
    const shown = chart.kind === "pair" ? pair.get(chart.key) : [0, 1, 2].filter((at) => features[at]);
    const tooltip = [{ field: "segment", title: "Segment" }];
    if (customers.ids) tooltip.push({ field: "customer", title: "Customer" });
    shown.forEach((at, place) => tooltip.push({ field: `value_${place}`, title: features[at].name, format: ",.4~r" }));
    spec.encoding.tooltip = tooltip;
    if (chart.kind === "pair") {
      Object.assign(spec.encoding.x, axisOf(features[shown[0]]));
      Object.assign(spec.encoding.y, axisOf(features[shown[1]]));
    }
    return list.map((row) => {
      const more = customers.ids ? { customer: customers.ids[row.row] } : {};
      shown.forEach((at, place) => { more[`value_${place}`] = features[at].values[row.row]; });
      if (chart.kind === "pair") [more.x, more.y] = [more.value_0, more.value_1];
      return { ...row, ...more };
    }).filter((row) => row.x !== null && row.y !== null);
  }

  // What a matrix needs in width: it is scrolled where the page is narrower.
  function fit(chart, spec, element, lists) {
    const width = element.clientWidth;
    const first = Object.values(lists)[0];
    let wanted = 0;
    if (chart.spec === "profile" || chart.spec === "parallel" || chart.spec === "moves") {
      const name = chart.spec === "moves" ? "to" : "feature";
      const columns = distinct(first, name);
      wanted = columns * 62 + 130;
      if (Math.max(width, wanted) - 200 < columns * 135) {
        spec.encoding.x.axis.labelAngle = -35;
        if (chart.spec !== "parallel") spec.padding = { left: 5, top: 5, bottom: 5, right: width < 500 ? 45 : 60 };
      }
    } else if (chart.spec === "correlations") {
      wanted = distinct(first, "feature") * 19 + 200;
    }
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    if (wanted > width) canvas.style.minWidth = `${wanted}px`;
    element.replaceChildren(canvas);
    return canvas;
  }

  // Long names of segments take two lines where the page is narrow.
  vega.expressionFunction("folded", (text) => {
    const middle = text.length / 2;
    const breaks = [...text.matchAll(/ /g)].map((found) => found.index);
    if (text.length <= 16 || !breaks.length) return text;
    const at = breaks.reduce((best, place) => (Math.abs(place - middle) < Math.abs(best - middle) ? place : best));
    return [text.slice(0, at), text.slice(at + 1)];
  });

  function adapt(chart, spec) {
    const shared = structuredClone(specs.config);
    if (window.innerWidth > 1000) shared.axis.labelLimit = 260;
    if (window.innerWidth < 640) {
      shared.axis.labelLimit = 120;
      if (["shares", "profile"].includes(chart.spec)) {
        Object.assign(spec.encoding.y.axis, { labelExpr: "folded(datum.label)", labelFontSize: 11, labelLineHeight: 12 });
      }
    }
    return shared;
  }

  // ---------------------------------------------------------------- charts

  // Vega-Lite warns of every chart that is as wide as the page and as high as its rows.
  const quiet = { level() { return this; }, error: console.error, warn() { return this; }, info() { return this; }, debug() { return this; } };

  function draw(element) {
    const chart = { ...charts[element.id], key: element.id };
    const spec = structuredClone(specs[chart.spec]);
    const lists = {};
    for (const [name, key] of Object.entries(chart.data)) lists[name] = rows(key);
    if (chart.spec === "scatter") lists.points = scatter(chart, spec, lists.points);
    if (chart.spec === "shares" && distinct(lists.shares, "of") === 1) {
      spec.encoding.x.title = "Share of all customers";
      spec.layer[0].encoding.fillOpacity = { value: 1 };
    }
    // Two data sets share this axis, so it is told its order.
    if (chart.spec === "parallel") spec.encoding.x.scale.domain = [...new Set(lists.customers.map((row) => row.feature))];
    spec.datasets = lists;
    for (const param of spec.params || []) if (param.name === "focus") param.value = state.focus;
    const canvas = fit(chart, spec, element, lists);
    const config = adapt(chart, spec);
    const compiled = vegaLite.compile(spec, { config, logger: quiet }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "svg", container: canvas, hover: true, tooltip });
    view.addEventListener("click", (_event, item) => {
      const id = item && item.datum && item.datum.segment_id;
      if (id) focusOn(id === state.focus ? 0 : id);
    });
    views.get(element.id)?.finalize();
    views.set(element.id, view);
    view.run();
    element.dataset.drawn = "yes";
  }

  // A chart that cannot be drawn takes no other with it: its words and figures are still there.
  function drawOnce(element) {
    if (views.has(element.id) || element.clientWidth === 0) return;
    try {
      draw(element);
    } catch (error) {
      console.error(`The chart ${element.id} cannot be drawn.`, error);
    }
  }

  const drawAll = () => document.querySelectorAll(".chart").forEach(drawOnce);

  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  function tooltip(_handler, event, _item, value) {
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    tip.replaceChildren(...Object.entries(value).map(([name, text]) => {
      const line = document.createElement("div");
      const [term, number] = [document.createElement("span"), document.createElement("b")];
      [term.textContent, number.textContent] = [name, String(text)];
      line.append(term, number);
      return line;
    }));
    const { clientX, clientY } = event.touches ? event.touches[0] : event;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(clientX + 14, window.innerWidth - box.width - 4))}px`;
    tip.style.top = `${clientY + 14 + box.height > window.innerHeight ? clientY - box.height - 10 : clientY + 14}px`;
  }

  // --------------------------------------------------------------- choices

  function focusOn(id) {
    state.focus = id;
    focusSelect.value = String(id);
    document.querySelectorAll("button.focus").forEach((button) => {
      button.setAttribute("aria-pressed", String(Number(button.dataset.segment) === id));
    });
    document.querySelectorAll(".card").forEach((card) => {
      card.classList.toggle("dim", id !== 0 && Number(card.dataset.segment) !== id);
    });
    for (const view of views.values()) {
      if ("focus" in view.getState().signals) view.signal("focus", id).run();
    }
  }

  function option(value, text) {
    const made = document.createElement("option");
    [made.value, made.textContent] = [String(value), text];
    return made;
  }

  function show(number) {
    state.number = String(number);
    for (const article of articles) article.hidden = article.dataset.number !== state.number;
    document.querySelectorAll("button.tab").forEach((tab) => {
      tab.setAttribute("aria-pressed", String(tab.dataset.number === state.number));
    });
    const page = `s${state.number}`;
    focusSelect.replaceChildren(option(0, "All segments"), ...(marks[page] || []).map((mark) => option(mark.segment_id, mark.name)));
    focusSelect.disabled = !(marks[page] || []).length;
    document.querySelectorAll("nav.sections a[data-section]").forEach((link) => {
      const target = `${page}-${link.dataset.section}`;
      link.href = `#${target}`;
      link.hidden = !document.getElementById(target);
    });
    focusOn(0);
    // What was hidden may have missed a change of the window's width.
    window.dispatchEvent(new Event("resize"));
  }

  // The first two features of a segmentation are where its scatter begins.
  function preparePairs() {
    document.querySelectorAll("select.choose-x, select.choose-y").forEach((select) => {
      const key = select.dataset.chart;
      const side = select.classList.contains("choose-x") ? 0 : 1;
      if (!pair.has(key)) pair.set(key, [0, Math.min(1, customers.features.length - 1)]);
      const used = new Set(rows(`${key.split("-")[0]}.profile`).map((row) => row.feature));
      const places = customers.features.map((_, at) => at);
      const own = places.filter((at) => used.has(customers.features[at].name));
      if (own.length > 1) pair.set(key, [own[0], own[1]]);
      select.replaceChildren(...places.map((at) => option(at, customers.features[at].name)));
      select.value = String(pair.get(key)[side]);
      select.addEventListener("change", () => {
        pair.get(key)[side] = Number(select.value);
        draw(document.getElementById(key));
      });
    });
  }

  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  document.querySelectorAll("button.tab").forEach((tab) => tab.addEventListener("click", () => show(tab.dataset.number)));
  document.querySelectorAll("button.focus").forEach((button) => button.addEventListener("click", () => {
    const id = Number(button.dataset.segment);
    focusOn(id === state.focus ? 0 : id);
  }));
  focusSelect.addEventListener("change", () => focusOn(Number(focusSelect.value)));
  document.getElementById("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; });
  window.addEventListener("beforeprint", drawAll);

  root.classList.add("scripted");
  if (customers.features.length) preparePairs();
  show(1);
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) drawOnce(entry.target);
  }, { rootMargin: "300px" });
  document.querySelectorAll(".chart").forEach((element) => seen.observe(element));

  window.segmentReport = { drawAll, show, focusOn, views };
})();
