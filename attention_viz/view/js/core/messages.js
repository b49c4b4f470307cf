/**
 * Messages: what Python sent to each view. The view may start before or after they arrive.
 *
 * It hangs on globalThis, so that parts of the page that were loaded as separate modules share it.
 *
 * @typedef {{message: unknown, sender: unknown}} Sent
 * @typedef {{byView: Map<string, Map<string, Sent>>, readers: Map<string, Set<() => void>>}} Messages
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
 * @param {string} view @param {string} name @param {unknown} message @param {unknown} sender who may withdraw it
 */
export function deliver(view, name, message, sender = message) {
  const { byView } = messages();
  const sent = byView.get(view) ?? new Map();
  const same = sent.get(name)?.message === message;
  byView.set(view, sent.set(name, { message, sender }));
  if (!same) notify(view);
}

/**
 * Take back what a sender left, unless another sender's has taken its place: the same message too, since Streamlit may
 * mount a feeder anew before it takes the old one away.
 * @param {string} view @param {string} name @param {unknown} sender
 */
export function withdraw(view, name, sender) {
  const { byView } = messages();
  if (byView.get(view)?.get(name)?.sender !== sender) return;
  byView.get(view)?.delete(name);
  if (byView.get(view)?.size === 0) byView.delete(view);
  notify(view);
}

/** @param {string} view @returns {ReadonlyMap<string, unknown>} what has arrived for a view, by name */
export function messagesOf(view) {
  return new Map([...(messages().byView.get(view) ?? [])].map(([name, { message }]) => [name, message]));
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
