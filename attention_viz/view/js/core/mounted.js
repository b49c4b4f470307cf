/**
 * Mounted: what Streamlit's repeated calls of one component have in common.
 *
 * @typedef {{parentElement: ParentNode, data: any, setTriggerValue: (name: string, value: unknown) => void}} Call
 * @typedef {{update: (call: Call) => void, close?: () => void}} Part
 */

/** A component that is made once for each place where it stands, and updated at every call.
 * @param {(root: HTMLElement) => Part} make @returns {(call: Call) => () => void} what Streamlit calls */
export function mounted(make) {
  /** @type {WeakMap<ParentNode, {part: Part, run: number}>} */
  const places = new WeakMap();
  return (call) => {
    const { parentElement } = call;
    const root = /** @type {HTMLElement} */ (parentElement.querySelector(".attention"));
    const known = places.get(parentElement);
    const place = { part: known?.part ?? make(root), run: (known?.run ?? 0) + 1 };
    places.set(parentElement, place);
    place.part.update(call);
    // An earlier run that was overtaken is cleaned up too; the part then belongs to the later one.
    return () => {
      if (places.get(parentElement)?.run !== place.run) return;
      places.delete(parentElement);
      place.part.close?.();
      root.replaceChildren();
    };
  };
}
