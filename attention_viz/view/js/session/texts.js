/**
 * Texts: those that Python holds, kept in the page apart from the rest, because they are long and seldom change.
 */
import { memory } from "../core/memory.js";

/** @param {{data: Record<string, string>}} component @returns {() => void} what Streamlit calls when it leaves the page */
export default function texts({ data }) {
  memory().texts = data;
  return () => undefined;
}
