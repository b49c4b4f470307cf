/**
 * Messages: what Python sent to each view. The view may start before or after they arrive.
 *
 * It hangs on globalThis, so that parts of the page that were loaded as separate modules share it.
 *
 * @typedef {{byView: Map<string, Map<string, unknown>>, readers: Map<string, Set<() => void>>}} Messages
 */

/** @returns {Messages} */
function messages() {
  const place = /** @type {any} */ (globalThis);
  const name = Symbol.for("attention_viz");
  place[name] ??= { byView: new Map(), readers: new Map() };
  return place[name];
}

/**
 * Leave a message for a view; a later one of the same name takes its place.
 * @param {string} view @param {string} name @param {unknown} message
 */
export function deliver(view, name, message) {
  const { byView } = messages();
  if (!byView.has(view)) byView.set(view, new Map());
  if (byView.get(view)?.get(name) === message) return;
  byView.get(view)?.set(name, message);
  notify(view);
}

/**
 * Take a message back, unless another took its place.
 * @param {string} view @param {string} name @param {unknown} message
 */
export function withdraw(view, name, message) {
  const { byView } = messages();
  if (byView.get(view)?.get(name) !== message) return;
  byView.get(view)?.delete(name);
  if (byView.get(view)?.size === 0) byView.delete(view);
  notify(view);
}

/** @param {string} view @returns {ReadonlyMap<string, unknown>} what has arrived for a view, by name */
export function messagesOf(view) {
  return messages().byView.get(view) ?? new Map();
}

/**
 * Call `reader` whenever the messages of a view change.
 * @param {string} view @param {() => void} reader @returns {() => void} stop that
 */
export function listen(view, reader) {
  const { readers } = messages();
  if (!readers.has(view)) readers.set(view, new Set());
  readers.get(view)?.add(reader);
  return () => {
    readers.get(view)?.delete(reader);
    if (readers.get(view)?.size === 0) readers.delete(view);
  };
}

/** @param {string} view */
function notify(view) {
  for (const reader of [...(messages().readers.get(view) ?? [])]) reader();
}
