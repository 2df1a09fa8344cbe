// Places to check: a button each, strongest first.

export class PlaceList {
  /** element: the row under the pictures; go(place) looks there; outlines(visible). */
  constructor(element, { go, outlines }) {
    this.element = element;
    this.go = go;
    this.outlines = outlines;
    this.outlined = true;
    this.places = [];
    this.show(null);
  }

  /** places: [{x, y, w, h, strength, label}] in image pixels; null where nothing was checked. */
  show(places) {
    this.places = [...(places || [])].sort((a, b) => b.strength - a.strength);
    this.at = -1;
    this.element.hidden = !places;
    const heading = document.createElement("span");
    heading.textContent = this.places.length ? "Places to check" : "No places to check";
    this.element.classList.toggle("rr-quiet", !this.places.length);
    this.element.replaceChildren(heading);
    if (!this.places.length) return;
    this.toggle = this._button("Outlines", () => this.toggleOutlines());
    this.buttons = this.places.map((place, index) =>
      this._button(`${index + 1} · ${place.label}`, () => this.goTo(index)),
    );
    this.toggleOutlines(this.outlined);
  }

  /** Go on by one, round the end; false where there are none. */
  step(by) {
    if (!this.places.length) return false;
    const from = this.at < 0 && by < 0 ? 0 : this.at;
    this.goTo((from + by + this.places.length) % this.places.length);
    return true;
  }

  goTo(index) {
    this.at = index;
    this.buttons.forEach((button, i) => button.setAttribute("aria-current", i === index));
    this.buttons[index].scrollIntoView({ block: "nearest", inline: "nearest" });
    this.go(this.places[index], `Place ${index + 1} of ${this.places.length}`);
  }

  toggleOutlines(visible = !this.outlined) {
    this.outlined = visible;
    this.toggle?.setAttribute("aria-pressed", visible);
    this.outlines(visible);
    return this.places.length > 0;
  }

  _button(text, act) {
    const button = this.element.appendChild(document.createElement("button"));
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }
}
