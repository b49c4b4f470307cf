/**
 * SVG: elements of a drawing. What comes from outside is only ever set as an attribute or as text.
 */

const SPACE = "http://www.w3.org/2000/svg";

/** @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name @param {Record<string, string | number>} attributes @param {...Node} children
 * @returns {SVGElementTagNameMap[Name]} */
export function shape(name, attributes, ...children) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** @param {string} words @param {Record<string, string | number>} attributes @returns {SVGTextElement} */
export function textShape(words, attributes) {
  return shape("text", attributes, document.createTextNode(words));
}
