/**
 * Share link: the address that opens this picture elsewhere, to be read and copied.
 *
 * @typedef {{query: string, copy: string, copied: string, by_hand: string, address: string}} LinkTexts
 *  the part of the address after "?", and the texts of the component
 * @typedef {{data: LinkTexts, parentElement: ParentNode}} Link
 */
import { setName, setText } from "../core/element.js";

/** @param {Link} link @returns {() => void} what Streamlit calls when the link leaves the page */
export default function shareLink({ data, parentElement }) {
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (parentElement.querySelector(name));
  const [button, field, status] = [part("button"), /** @type {HTMLInputElement} */ (part("input")), part("output")];
  const address = addressOf(location.href, data.query);
  if (field.value !== address) setText(status, "");
  field.value = address;
  setName(field, data.address);
  setText(button, data.copy);
  field.onfocus = () => field.select();
  button.onclick = async () => setText(status, (await copied(field)) ? data.copied : data.by_hand);
  return () => undefined;
}

/** The page that is open, with another query. @param {string} page @param {string} query @returns {string} */
export function addressOf(page, query) {
  const { origin, pathname } = new URL(page);
  return `${origin}${pathname}?${query}`;
}

/** A page that was not reached over https, as in a classroom, has no clipboard; the older way still works there.
 * @param {HTMLInputElement} field @returns {Promise<boolean>} whether it is in the clipboard */
async function copied(field) {
  field.select();
  if (navigator.clipboard === undefined) return document.execCommand("copy");
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch (refusal) {
    if (!(refusal instanceof DOMException)) throw refusal;
    return document.execCommand("copy");
  }
}
