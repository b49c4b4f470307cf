/**
 * Element: making and changing parts of the page. What comes from outside is only ever set as text.
 */

/** @param {string} name of its class @param {...HTMLElement} children @returns {HTMLDivElement} */
export function box(name, ...children) {
  const element = document.createElement("div");
  element.className = name;
  element.append(...children);
  return element;
}

/** Only when it differs, so that a screen reader does not say it again. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {boolean} hidden */
export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** @param {HTMLElement} element @param {string} name for a screen reader */
export function setName(element, name) {
  if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
}
