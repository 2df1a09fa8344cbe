// Sorts a table by the heading that is clicked, and draws the figures of the report.
for (const button of document.querySelectorAll("th button")) button.onclick = () => {
  const table = button.closest("table"), body = table.tBodies[0];
  const column = button.parentNode.cellIndex, falling = button.dataset.falling !== "yes";
  button.dataset.falling = falling ? "yes" : "no";
  const value = (line) => {
    const text = line.cells[column].dataset.value ?? line.cells[column].textContent;
    return text === "" ? -Infinity : Number.isNaN(Number(text)) ? text : Number(text);
  };
  body.append(...[...body.rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    const order = x < y ? -1 : x > y ? 1 : 0;
    return falling ? -order : order;
  }));
};
const figures = JSON.parse(document.getElementById("figures").textContent);
for (const [name, figure] of Object.entries(figures)) {
  rrPlots.draw(document.getElementById(`figure-${name}`), figure);
}
