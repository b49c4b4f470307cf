/**
 * Tooltip: the number of what is under the pointer.
 */

export class Tooltip {
  constructor() {
    this.element = document.createElement("div");
    this.element.className = "tooltip";
    this.element.hidden = true;
    this.headline = document.createElement("div");
    this.headline.className = "headline";
    this.detail = document.createElement("div");
    this.detail.className = "detail";
    this.element.append(this.headline, this.detail);
  }

  /** Beside the pointer, wherever there is room for it.
   * @param {MouseEvent} event @param {HTMLElement} around the box it stays in @param {string} headline @param {string} detail */
  show(event, around, headline, detail) {
    this.headline.textContent = headline;
    this.detail.textContent = detail;
    this.element.hidden = false;
    const box = around.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.element;
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const left = Math.min(x + 16, box.width - offsetWidth - 4);
    const above = y - offsetHeight - 12;
    this.element.style.left = `${Math.max(4, left)}px`;
    this.element.style.top = `${above >= 0 ? above : y + 20}px`;
  }

  hide() {
    this.element.hidden = true;
  }
}
