/**
 * Pan: a mouse drags a picture that is larger than its box; fingers and wheels do so by themselves.
 */

const SLACK = 5;

/** @param {HTMLElement} element that scrolls */
export function pan(element) {
  /** @type {{x: number, y: number, left: number, top: number} | null} where it was taken hold of */ let held = null;
  let dragged = false;
  element.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    held = { x: event.clientX, y: event.clientY, left: element.scrollLeft, top: element.scrollTop };
  });
  element.addEventListener("pointermove", (event) => {
    if (held === null || (event.buttons & 1) === 0) return;
    const [across, down] = [event.clientX - held.x, event.clientY - held.y];
    if (!dragged && Math.hypot(across, down) < SLACK) return;
    if (!dragged) element.setPointerCapture(event.pointerId);
    dragged = true;
    element.scrollTo(held.left - across, held.top - down);
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (held = null));
  // The click that ends a drag chooses nothing.
  element.addEventListener("click", (event) => dragged && event.stopImmediatePropagation(), true);
}
