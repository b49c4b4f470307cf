/**
 * Toggles: a set that is changed here at once, and then sent to Python.
 *
 * Every message carries a serial number, and what Python sends is taken over only once it has received the last message: what
 * is pressed while the page still runs is not undone.
 *
 * @typedef {{on: string[], serial: number}} Toggled the whole set, and how many messages Python has received
 */

export class Toggles {
  /** @param {(toggled: Toggled) => void} report */
  constructor(report) {
    this.report = report;
    /** @type {Set<string>} */ this.on = new Set();
    /** @type {number | null} */ this.serial = null;
  }

  /** Take over what Python sends. @param {Toggled} toggled */
  adopt({ on, serial }) {
    if (this.serial !== null && serial < this.serial) return;
    this.serial = serial;
    this.on = new Set(on);
  }

  /** @param {string} name @returns {boolean} */
  has(name) {
    return this.on.has(name);
  }

  /** @param {string[]} names @param {boolean} on */
  set(names, on) {
    for (const name of names) {
      if (on) this.on.add(name);
      else this.on.delete(name);
    }
    this.serial = (this.serial ?? 0) + 1;
    this.report({ on: [...this.on], serial: this.serial });
  }

  /** @param {string} name */
  turn(name) {
    this.set([name], !this.has(name));
  }

  clear() {
    this.set([...this.on], false);
  }
}
