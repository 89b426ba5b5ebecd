// A canvas to draw on with mouse, finger, pen or keys. Calls `changed` after each stroke.
const step = 10;
const moves = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]};

export function makeDrawing({canvas, cursor, width, paper, ink, changed}) {
  const context = canvas.getContext('2d', {willReadFrequently: true});
  let at = {x: canvas.width / 2, y: canvas.height / 2};
  let down = false;

  function clear() {
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }

  function lineTo(to) {
    Object.assign(context, {strokeStyle: ink, lineWidth: Number(width.value), lineCap: 'round'});
    context.beginPath();
    context.moveTo(at.x, at.y);
    context.lineTo(to.x, to.y + 0.01);  // a line without length would leave no dot
    context.stroke();
    at = to;
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) * canvas.width / box.width,
      y: (event.clientY - box.top) * canvas.height / box.height,
    };
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    down = true;
    at = place(event);
    lineTo(at);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (down) lineTo(place(event));
  });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => {
      if (down) changed();
      down = false;
    });
  }

  function showCursor() {
    cursor.hidden = !canvas.matches(':focus-visible');
    cursor.classList.toggle('down', down);
    cursor.style.left = `${100 * at.x / canvas.width}%`;
    cursor.style.top = `${100 * at.y / canvas.height}%`;
  }

  canvas.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (!move && event.key !== ' ') return;
    event.preventDefault();
    if (move) {
      const to = {
        x: Math.min(canvas.width, Math.max(0, at.x + move[0])),
        y: Math.min(canvas.height, Math.max(0, at.y + move[1])),
      };
      if (down) lineTo(to);
      at = to;
    } else {
      down = !down;
      if (down) lineTo(at);
    }
    showCursor();
    if (down) changed();
  });
  canvas.addEventListener('focus', showCursor);
  canvas.addEventListener('blur', () => {
    down = false;
    showCursor();
  });

  clear();
  return {clear, context};
}
