// Where the panes of a stage stand.

const GAP = 4;
/** Height of the strip above a picture that holds its label, so that it covers no pixel. */
export const LABEL_STRIP = 28;
const NARROW = 560;

/**
 * Whole CSS pixels that are also whole screen pixels at a screen scaling of 125, 150, 175 or
 * 200 %: otherwise the browser would resample the canvas, and pixels would no longer be exact.
 */
export const evenSize = (size) => Math.max(4, Math.floor(size / 4) * 4);

/** The same rectangle for panes that lie upon each other. */
export const stacked = (count, width, height) =>
  Array.from({ length: count }, () => ({
    left: 0, top: 0, width: evenSize(width), height: evenSize(height),
  }));

/** Equal cells side by side; under each other on a narrow screen, so that all stay visible. */
export function sideBySide(count, width, height) {
  const columns = width < NARROW ? (count > 3 ? 2 : 1) : count > 3 ? Math.ceil(count / 2) : count;
  const rows = Math.ceil(count / columns);
  const cell = {
    width: evenSize((width - GAP * (columns - 1)) / columns),
    height: evenSize((height - GAP * (rows - 1)) / rows),
  };
  return Array.from({ length: count }, (_, index) => ({
    left: (index % columns) * (cell.width + GAP),
    top: Math.floor(index / columns) * (cell.height + GAP),
    ...cell,
  }));
}
