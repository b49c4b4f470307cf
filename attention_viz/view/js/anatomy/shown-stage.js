/**
 * Shown stage: which stage of the computation the page shows; what belongs to the others is not displayed.
 *
 * The page's own style sheet reads it from the root element, see ui/anatomy/stages.py.
 */

export const ALL = "all";
const MARKS = { stage: "stage", way: "stageWay" };
const STAGES = ".st-key-anatomy-stages";
const STRIP = ".st-key-stage-strip";

/** @param {string} stage its name, or ALL @param {number} way forwards 1, back -1, 0 = without motion */
export function showStage(stage, way) {
  const marks = document.documentElement.dataset;
  marks[MARKS.stage] = stage;
  if (way === 0) delete marks[MARKS.way];
  else marks[MARKS.way] = way > 0 ? "on" : "back";
}

/** To be called when the page is left. */
export function leaveStages() {
  for (const mark of Object.values(MARKS)) delete document.documentElement.dataset[mark];
}

/** Where the stage begins under the strip, or ends below what is seen, scroll until it begins right below the strip. */
export function bringIntoSight() {
  const [stages, strip] = [STAGES, STRIP].map((name) => document.querySelector(name));
  const scroller = stages?.closest('[data-testid="stMain"]');
  const [around, page] = [strip?.parentElement, strip?.parentElement?.parentElement];
  if (!stages || !strip || !scroller || !around || !page) return;
  const { top, bottom } = stages.getBoundingClientRect();
  const begin = pixels(getComputedStyle(around).top) + strip.clientHeight + pixels(getComputedStyle(page).rowGap);
  if (top < begin || bottom > scroller.getBoundingClientRect().bottom) scroller.scrollBy({ top: top - begin });
}

/** @param {string} length as a style has it @returns {number} 0 where it is none */
function pixels(length) {
  return parseFloat(length) || 0;
}
