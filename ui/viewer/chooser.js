// Which panels are shown: two lists for a pair, one button per panel otherwise.

const tag = (parent, name, properties) =>
  Object.assign(parent.appendChild(document.createElement(name)), properties);

/** "Left [Input] swap Right [SwinIR]": pair is [left key, right key]; choose(pair). */
export function pairChooser(element, panels, names, pair, choose) {
  element.replaceChildren();
  const list = (side) => {
    const label = tag(element, "label");
    tag(label, "span", { textContent: names[side] });
    const select = tag(label, "select");
    for (const panel of panels) {
      select.add(new Option(panel.label, panel.key, false, panel.key === pair[side]));
    }
    select.addEventListener("change", () => {
      const chosen = [...pair];
      chosen[side] = select.value;
      // The same picture twice compares nothing: the other side takes what this one showed.
      if (chosen[0] === chosen[1]) chosen[1 - side] = pair[side];
      choose(chosen);
    });
  };
  list(0);
  const swap = tag(element, "button", { type: "button", textContent: "⇄", className: "rr-lone" });
  swap.setAttribute("aria-label", "Exchange the two");
  swap.addEventListener("click", () => choose([pair[1], pair[0]]));
  list(1);
}

/** One button per panel; those in `shown` are pressed; choose(key). */
export function panelButtons(element, panels, shown, choose) {
  const group = document.createElement("div");
  group.className = "rr-group";
  for (const panel of panels) {
    const button = tag(group, "button", {
      type: "button", textContent: panel.label, title: panel.note || "",
    });
    button.dataset.key = panel.key;
    button.setAttribute("aria-pressed", shown.includes(panel.key));
    button.addEventListener("click", () => choose(panel.key));
  }
  element.replaceChildren(group);
}
