// One look for all panes: whichever is moved leads, the others follow in the same frame.

import { MAX_ZOOM } from "./pane.js";

const ZOOMS = [0.05, 0.1, 0.167, 0.25, 0.333, 0.5, 0.667, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, MAX_ZOOM];
const PAN_SHARE = 0.15;
/** A place is shown with twice its size of what is round it, and no larger than 400 %. */
const PLACE_SURROUND = 3;
const PLACE_ZOOM = 4;

export class Camera {
  /** changed() is called whenever what is seen has changed. */
  constructor(changed) {
    this.changed = changed;
    this.panes = [];
    this.leader = null;
    /** Held at one image pixel to one screen pixel. */
    this.locked = false;
    /** Begins at one image pixel to one screen pixel instead of fitting; may be zoomed. */
    this.beginsExact = false;
    /** The last look, {zoom, x, y} as in Pane.look; null before the first picture. */
    this.look = null;
    this.forget();
  }

  /** Fit the next picture: it has nothing to do with those before. */
  forget() {
    this.fitted = true;
  }

  /** Hold on to the present look while panes change places or sizes. */
  hold() {
    // A glide that is under way counts as done: a new arrangement must not stop it half-way.
    if (this.leader?.isOpen) this.look = this.leader.look(false);
  }

  /** Point these panes, and no others, to where the camera looks. */
  point(panes) {
    this.panes = panes;
    if (!panes.includes(this.leader)) this.leader = panes.find((pane) => pane.isOpen) || null;
    if (this.leader) {
      if (this.fitted) this.look = this.leader.lookThatFits();
      if (this.locked || (this.fitted && this.beginsExact)) this.look = { ...this.look, zoom: 1 / devicePixelRatio };
      for (const pane of panes) pane.lookAt(this.look);
    }
    this.changed();
  }

  /** The person moves this pane. */
  lead(pane) {
    this.leader = pane;
    this.fitted = false;
  }

  /** A pane has moved; the leader takes the others with it. */
  moved(pane) {
    if (pane !== this.leader) return;
    this.look = pane.look();
    for (const other of this.panes) if (other !== pane) other.lookAt(this.look);
    this.changed();
  }

  glide(look) {
    if (!this.leader) return false;
    this.fitted = false;
    const zoom = this.locked ? { zoom: 1 / devicePixelRatio } : {};
    this.leader.lookAt({ ...this.leader.look(false), ...look, ...zoom }, false);
    return true;
  }

  fit() {
    const fits = this.leader && this.glide(this.leader.lookThatFits());
    this.fitted = true;
    this.beginsExact = false;
    return Boolean(fits);
  }

  /** One step of the zoom scale; direction 1 enlarges, -1 makes smaller. */
  zoomStep(direction) {
    if (!this.leader) return false;
    const { zoom } = this.leader.look(false);
    const larger = ZOOMS.find((step) => step > zoom * 1.01);
    const smaller = ZOOMS.findLast((step) => step < zoom * 0.99);
    return this.glide({ zoom: (direction > 0 ? larger : smaller) ?? zoom });
  }

  /** Move by a share of the pane; x and y of -1, 0 or 1. */
  pan(x, y) {
    if (!this.leader) return false;
    const look = this.leader.look(false);
    const step = (PAN_SHARE * Math.min(this.leader.width, this.leader.height)) / look.zoom;
    return this.glide({ x: look.x + x * step, y: look.y + y * step });
  }

  /** Look at a rectangle {x, y, w, h} in image pixels, with what is round it. */
  visit({ x, y, w, h }) {
    if (!this.leader) return false;
    const margin = (PLACE_SURROUND - 1) / 2;
    const area = { x: x - w * margin, y: y - h * margin, w: w * PLACE_SURROUND, h: h * PLACE_SURROUND };
    const look = this.leader.lookThatFits(area);
    return this.glide({ ...look, zoom: Math.min(look.zoom, PLACE_ZOOM) });
  }
}
