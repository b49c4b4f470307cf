/**
 * Mailbox: where what Python sends waits until the view reads it, in whatever order the two arrive.
 *
 * It hangs on globalThis, so that parts of the page that were loaded as separate modules share it.
 *
 * @typedef {{letters: Map<string, Map<string, unknown>>, readers: Map<string, Set<() => void>>}} Mailbox
 */

/** @returns {Mailbox} */
function mailbox() {
  const place = /** @type {any} */ (globalThis);
  const name = Symbol.for("attention_viz");
  place[name] ??= { letters: new Map(), readers: new Map() };
  return place[name];
}

/**
 * Leave a letter for a view; a later one of the same name takes its place.
 * @param {string} view @param {string} name @param {unknown} letter
 */
export function deliver(view, name, letter) {
  const { letters } = mailbox();
  if (!letters.has(view)) letters.set(view, new Map());
  if (letters.get(view)?.get(name) === letter) return;
  letters.get(view)?.set(name, letter);
  tell(view);
}

/**
 * Take a letter back, unless another took its place.
 * @param {string} view @param {string} name @param {unknown} letter
 */
export function withdraw(view, name, letter) {
  const { letters } = mailbox();
  if (letters.get(view)?.get(name) !== letter) return;
  letters.get(view)?.delete(name);
  if (letters.get(view)?.size === 0) letters.delete(view);
  tell(view);
}

/** @param {string} view @returns {ReadonlyMap<string, unknown>} what has arrived for a view, by name */
export function lettersOf(view) {
  return mailbox().letters.get(view) ?? new Map();
}

/**
 * Be told whenever the letters of a view change.
 * @param {string} view @param {() => void} reader @returns {() => void} stop being told
 */
export function listen(view, reader) {
  const { readers } = mailbox();
  if (!readers.has(view)) readers.set(view, new Set());
  readers.get(view)?.add(reader);
  return () => {
    readers.get(view)?.delete(reader);
    if (readers.get(view)?.size === 0) readers.delete(view);
  };
}

/** @param {string} view */
function tell(view) {
  for (const reader of [...(mailbox().readers.get(view) ?? [])]) reader();
}
