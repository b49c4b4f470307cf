/**
 * Fullscreen: the view alone on the whole screen, large enough for the back of a room.
 */

/** How much larger type and lines are than usual. */
export const FULLSCREEN_ZOOM = 1.5;

export class Fullscreen {
  /** @param {HTMLElement} root @param {() => void} changed called when the view enters or leaves full screen */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    this.on = false;
    /** @type {() => void} */
    this.onChange = () => {
      if (document.fullscreenElement === null && this.on) this.set(false);
    };
    document.addEventListener("fullscreenchange", this.onChange);
  }

  /** Where the browser does not give the whole screen, the view still fills the window. */
  async toggle() {
    this.set(!this.on);
    try {
      if (this.on) await this.root.requestFullscreen();
      else if (document.fullscreenElement !== null) await document.exitFullscreen();
    } catch (refusal) {
      if (!(refusal instanceof TypeError)) throw refusal;
    }
  }

  /** @param {boolean} on */
  set(on) {
    this.on = on;
    this.root.classList.toggle("fullscreen", on);
    this.changed();
  }

  close() {
    document.removeEventListener("fullscreenchange", this.onChange);
  }
}
