/**
 * Stages: the stages of a computation in their order, and the one that is looked at.
 *
 * @typedef {{name: string, label: string, title: string, number: string, apart: boolean}} Stage
 *  number: the followed one, as it is written, "" = none; apart: it is no part of the computation itself
 */
import { ALL } from "./shown-stage.js";

export class Stages {
  constructor() {
    /** @type {Stage[]} */ this.all = [];
    this.place = 0;
    this.whole = false;
  }

  /** Take over the stages of another computation; of those that are gone, the nearest is looked at. @param {Stage[]} all */
  adopt(all) {
    const before = this.all[this.place]?.name;
    const same = all.findIndex(({ name }) => name === before);
    this.all = all;
    this.place = same >= 0 ? same : Math.min(this.place, Math.max(0, all.length - 1));
  }

  /** What the page shows. @returns {string} */
  get shown() {
    return this.whole ? ALL : this.all[this.place]?.name ?? ALL;
  }

  /** Look at one stage. @param {number} place @returns {number} in which direction it lies: 1, -1, or 0 for the same one */
  go(place) {
    const next = Math.min(Math.max(place, 0), this.all.length - 1);
    const way = Math.sign(next - this.place);
    this.place = next;
    this.whole = false;
    return way;
  }

  /** @param {string} key @returns {number | null} the place to which a key leads; null = the key means nothing here */
  after(key) {
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: this.place - 1, ArrowRight: this.place + 1, Home: 0, End: this.all.length - 1 };
    return places[key] ?? null;
  }
}
