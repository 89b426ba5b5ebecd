// Makes the page interactive: turns each figure's specification into a chart (Vega), and shows the
// network that is picked. Text from files only ever becomes text nodes.
(function () {
  'use strict';

  var page = JSON.parse(document.getElementById('page-data').textContent);
  var modules = typeof vegaModules === 'undefined' ? null : vegaModules;

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // ---- networks, drawn block by block

  function blockWords(block) {
    var words = [block.name];
    if (block.elastic) words.push('kernel ' + block.kernel, 'inner channels ' + block.inner);
    words.push('output ' + block.channels + ' channels');
    if (block.size > 1) words.push(block.size + ' x ' + block.size + ' pixels');
    if (block.squeeze_excite) words.push('squeeze-excite');
    if (block.shortcut) words.push('shortcut');
    words.push(block.macs.toLocaleString('en') + ' MACs');
    return words.join(', ');
  }

  function drawBlocks(list, blocks) {
    list.replaceChildren();
    blocks.forEach(function (block) {
      var item = element('li', 'k' + (block.elastic ? Math.min(7, block.kernel) : 1));
      item.appendChild(element('b', '', block.elastic ? block.kernel + ' x ' + block.kernel : block.name));
      if (block.elastic) item.appendChild(element('span', '', String(block.inner)));
      item.appendChild(element('span', '', '→ ' + block.channels));
      if (block.size > 1) item.appendChild(element('span', '', block.size + ' px'));
      // Taller blocks do more work.
      item.style.height = (2.2 + 0.55 * Math.log2(1 + block.macs / 2e4)) + 'rem';
      item.title = blockWords(block);
      item.setAttribute('aria-label', item.title);
      list.appendChild(item);
    });
  }

  document.querySelectorAll('ol.blocks[data-network]').forEach(function (list) {
    var network = page.networks[list.dataset.network];
    if (network) drawBlocks(list, network.blocks);
  });

  // ---- copying a line

  function copy(text, button) {
    function done(ok) {
      var before = button.textContent;
      button.textContent = ok ? 'copied' : 'select the line and copy it';
      setTimeout(function () { button.textContent = before; }, 1500);
    }
    function old() {
      // A page from a disk may have no clipboard object.
      var area = element('textarea');
      area.value = text;
      document.body.appendChild(area);
      area.select();
      var ok = document.execCommand('copy');
      area.remove();
      done(ok);
    }
    if (!navigator.clipboard) return old();
    navigator.clipboard.writeText(text).then(function () { done(true); }, old);
  }

  document.querySelectorAll('button[data-copy]').forEach(function (button) {
    button.addEventListener('click', function () { copy(button.dataset.copy, button); });
  });

  // ---- the picked network

  var picked = document.getElementById('picked');
  var walk = document.getElementById('walk');
  var pickedLine = '';

  function show(line) {
    var network = page.networks[line];
    if (!picked || !network) return;
    pickedLine = line;
    picked.classList.remove('hidden');
    var facts = picked.querySelector('.facts');
    facts.replaceChildren();
    network.facts.forEach(function (fact) {
      var pair = element('div');
      pair.appendChild(element('dt', '', fact[0]));
      pair.appendChild(element('dd', '', fact[1]));
      facts.appendChild(pair);
    });
    drawBlocks(picked.querySelector('ol.blocks'), network.blocks);
    picked.querySelector('code').textContent = line;
    if (walk && page.front.indexOf(line) >= 0) walk.value = page.front.indexOf(line);
  }

  if (walk && page.front.length) {
    walk.max = page.front.length - 1;
    walk.addEventListener('input', function () { show(page.front[walk.value]); });
    picked.querySelector('button').addEventListener('click', function (event) {
      copy(pickedLine, event.currentTarget);
    });
    show(page.front[0]);
  }

  // ---- charts

  if (!modules) return;
  Object.assign(modules['vega-dataflow'].transforms, modules['vega-transforms'],
    modules['vega-view-transforms'], modules['vega-encode'],
    { label: modules['vega-label'].label });

  var tip = element('div', 'tip hidden');
  tip.setAttribute('role', 'tooltip');
  document.body.appendChild(tip);

  function showTip(handler, event, item, value) {
    tip.classList.toggle('hidden', !value);
    if (!value) return;
    tip.textContent = String(value);
    var left = Math.min(event.pageX + 12, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = Math.max(0, left) + 'px';
    tip.style.top = (event.pageY + 14) + 'px';
  }

  // A range stretched by `factor` around the share `at` of it, or moved by `shift` of its length.
  function changed(range, logarithmic, factor, at, shift) {
    var to = logarithmic ? Math.log : Number, from = logarithmic ? Math.exp : Number;
    var low = to(range[0]), high = to(range[1]), length = high - low;
    var fixed = low + at * length;
    return [from(fixed - at * length * factor + shift * length),
      from(fixed + (1 - at) * length * factor + shift * length)];
  }

  function makeChart(figure) {
    var spec = JSON.parse(figure.querySelector('script').textContent);
    var place = figure.querySelector('.view');
    var logarithmic = spec.usermeta.logarithmic;
    spec.width = Math.max(240, place.clientWidth);
    if (spec.width < 480) spec.height = 260;
    var view = new modules['vega-view'].View(
      modules['vega-parser'].parse(spec, { legend: { symbolStrokeWidth: 2 } }, { ast: true }),
      { expr: modules['vega-interpreter'].expressionInterpreter, renderer: 'svg', container: place,
        hover: true, tooltip: showTip });
    var first = { x: view.signal('xdom'), y: view.signal('ydom') };

    function set(x, y) {
      view.signal('xdom', x).signal('ydom', y).runAsync();
    }
    function zoom(factor, atX, atY) {
      set(changed(view.signal('xdom'), logarithmic, factor, atX, 0),
        changed(view.signal('ydom'), logarithmic, factor, atY, 0));
    }
    function move(x, y) {
      set(changed(view.signal('xdom'), logarithmic, 1, 0, x),
        changed(view.signal('ydom'), logarithmic, 1, 0, y));
    }
    function reset() { set(first.x, first.y); }
    function share(event) {
      var box = place.getBoundingClientRect(), origin = view.origin();
      return [(event.clientX - box.left - origin[0]) / view.width(),
        1 - (event.clientY - box.top - origin[1]) / view.height()];
    }

    view.addEventListener('click', function (event, item) {
      if (item && item.datum && item.datum.network) show(item.datum.network);
    });
    // Without Ctrl the wheel scrolls the page.
    place.addEventListener('wheel', function (event) {
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      var at = share(event), down = event.deltaY || event.deltaX;
      zoom(down > 0 ? 1.25 : 0.8, at[0], at[1]);
    }, { passive: false });
    var from = null;
    place.addEventListener('pointerdown', function (event) {
      if (event.pointerType === 'mouse') from = share(event);
    });
    window.addEventListener('pointermove', function (event) {
      if (!from) return;
      var now = share(event);
      move(from[0] - now[0], from[1] - now[1]);
      from = now;
    });
    window.addEventListener('pointerup', function () { from = null; });
    place.addEventListener('dblclick', reset);
    place.addEventListener('keydown', function (event) {
      var moves = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
      if (moves[event.key]) move(moves[event.key][0], moves[event.key][1]);
      else if (event.key === '+') zoom(0.8, 0.5, 0.5);
      else if (event.key === '-') zoom(1.25, 0.5, 0.5);
      else if (event.key === '0') reset();
      else return;
      event.preventDefault();
    });
    figure.querySelectorAll('.tools button').forEach(function (button) {
      button.addEventListener('click', function () {
        if (button.dataset.zoom === 'in') zoom(0.8, 0.5, 0.5);
        else if (button.dataset.zoom === 'out') zoom(1.25, 0.5, 0.5);
        else reset();
      });
    });
    var width = spec.width;
    // Also when the part of the page that holds it is opened.
    new ResizeObserver(function () {
      var now = Math.max(240, place.clientWidth);
      if (place.clientWidth && now !== width) view.width(width = now).runAsync();
    }).observe(place);
    return view.runAsync().then(function () { figure.classList.add('live'); });
  }

  var figures = Array.prototype.slice.call(document.querySelectorAll('figure.chart'));
  Promise.all(figures.map(makeChart)).then(
    function () { document.documentElement.dataset.charts = 'drawn'; },
    function (error) { console.error('a chart could not be drawn: ' + error); });
}());
