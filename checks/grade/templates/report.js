// Sorts and filters the table of students. Without it the table is whole and readable.
const table = document.getElementById("students");
const body = table.tBodies[0];
const text = (row, column) => row.cells[column].textContent.trim();

function sort(heading, column) {
  const order = heading.ariaSort === "ascending" ? "descending" : "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.ariaSort = order;
  const sign = order === "ascending" ? 1 : -1;
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const rows = [...body.rows];
  rows.sort((a, b) => sign * compare(text(a, column), text(b, column)));
  body.append(...rows);
}

for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(heading, column));
  heading.append(button);
}

const label = document.createElement("label");
const input = document.createElement("input");
input.type = "search";
label.className = "filter";
label.append("Show only rows with ", input);
table.parentElement.before(label);
input.addEventListener("input", () => {
  const words = input.value.toLowerCase();
  for (const row of body.rows) {
    row.hidden = !row.textContent.toLowerCase().includes(words);
  }
});
