// What stands in a viewer's element before any picture does.

export const MARKUP = `
  <div class="rr-bar">
    <div class="rr-group" role="group" aria-label="How to compare">
      <button type="button" data-command="split" data-mode="split">Split</button>
      <button type="button" data-command="side" data-mode="side">Side by side</button>
      <button type="button" data-command="blink" data-mode="blink">Blink</button>
      <button type="button" data-command="single" data-mode="single">Single</button>
    </div>
    <div class="rr-chooser" role="group" aria-label="Panels shown"></div>
  </div>
  <div class="rr-stage" role="application" tabindex="0" aria-label="Pictures. Arrow keys move them, plus and minus zoom, the question mark lists all keys.">
    <div class="rr-panes"></div>
    <div class="rr-divider" role="slider" tabindex="0" aria-label="Divider between the two pictures" aria-valuemin="0" aria-valuemax="100" hidden><span></span></div>
    <p class="rr-empty">Nothing to compare yet. Restore a scan, and both appear here.</p>
    <p class="rr-hint" hidden>Click the picture first, or hold Ctrl, to zoom with the wheel.</p>
    <div class="rr-keys" role="dialog" aria-label="Keys" hidden></div>
  </div>
  <div class="rr-bar">
    <div class="rr-group" role="group" aria-label="Zoom">
      <button type="button" data-command="zoom-out" aria-label="Zoom out">−</button>
      <output class="rr-zoom" aria-label="Zoom">–</output>
      <button type="button" data-command="zoom-in" aria-label="Zoom in">+</button>
    </div>
    <div class="rr-group" role="group" aria-label="Size">
      <button type="button" data-command="fit" title="Show all of it (0)">Fit</button>
      <button type="button" data-command="one-to-one" title="One image pixel per CSS pixel (1)">1:1</button>
    </div>
    <p class="rr-readout"></p>
    <button type="button" class="rr-lone" data-command="keys" aria-label="List of keys" aria-expanded="false">?</button>
  </div>
  <div class="rr-places" role="group" aria-label="Places to check"></div>
  <p class="rr-announcer" aria-live="polite"></p>
`;
