/**
 * Page links: those of the sidebar, where Streamlit shows the pages on a narrow screen, told to a screen reader as links.
 *
 * Streamlit puts the pages of a section into its list as items without a list of their own, which is no list to a reader.
 */

const LIST = '[data-testid="stSidebarNavItems"]';
let watching = false;

/** Now, and whenever Streamlit draws the sidebar again. */
export function mendPageLinks() {
  tellAsLinks();
  if (!watching) new MutationObserver(tellAsLinks).observe(document.body, { subtree: true, childList: true });
  watching = true;
}

function tellAsLinks() {
  for (const each of document.querySelectorAll(`${LIST}:not([role]), ${LIST} li:not([role])`)) each.setAttribute("role", "none");
}
