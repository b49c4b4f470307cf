/**
 * Typing: while a text is being typed that was not read yet, the picture below, which shows the text before, is pale.
 */

const MARK = "typing";
let watching = false;

export function watchTyping() {
  if (watching) return;
  watching = true;
  document.addEventListener("input", ({ target }) => isText(target) && (document.documentElement.dataset[MARK] = ""));
  document.addEventListener("focusout", ({ target }) => isText(target) && read());
  document.addEventListener("keydown", ({ target, key, ctrlKey, metaKey }) => isText(target) && key === "Enter" && (ctrlKey || metaKey) && read());
}

/** The text that was typed is read now. */
function read() {
  delete document.documentElement.dataset[MARK];
}

/** @param {EventTarget | null} target @returns {boolean} */
function isText(target) {
  return target instanceof HTMLTextAreaElement && target.closest('[data-testid="stTextArea"]') !== null;
}
