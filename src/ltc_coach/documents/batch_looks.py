"""How the manager's page looks, and the script that filters its list."""

from __future__ import annotations

from ltc_coach.documents.html import FONTS

STYLE = f"""
:root {{ --ink: #1d2733; --soft: #5d6b7a; --line: #d9dfe6; --ground: #f5f7f9; }}
:root {{ --fill: #2f6f9f; --pale: #c9dcea; --gold: #c98a1b; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 {FONTS}; }}
main {{ max-width: 1180px; margin: 0 auto; padding: 24px; }}
header p {{ margin: 0; color: var(--soft); }}
h1 {{ margin: 0 0 4px; font-size: 26px; }}
h2 {{ margin: 0 0 12px; font-size: 18px; }}
h3 {{ margin: 16px 0 6px; font-size: 15px; color: var(--soft); font-weight: 600; }}
section {{ background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 18px 20px; margin: 16px 0; }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 18px 0; }}
.tile {{ background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }}
.tile span {{ display: block; color: var(--soft); font-size: 13px; }}
.tile b {{ display: block; font-size: 22px; overflow-wrap: anywhere; }}
.pair {{ display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }}
.pair section {{ margin: 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: 14px; }}
th, td {{ text-align: left; vertical-align: top; padding: 6px 10px; border-bottom: 1px solid var(--line); }}
td {{ overflow-wrap: anywhere; }}
thead th {{ color: var(--soft); font-weight: 600; white-space: nowrap; overflow-wrap: normal; }}
td.day {{ white-space: nowrap; overflow-wrap: normal; }}
td small {{ display: block; color: var(--soft); }}
td.id {{ min-width: 120px; }}
#ranked {{ min-width: 980px; }}
/* Names and places stay in one piece; only an endless one breaks. */
#ranked td:not(.why) {{ word-break: keep-all; overflow-wrap: break-word; }}
td.why {{ min-width: 260px; }}
summary {{ cursor: pointer; }}
dl {{ margin: 8px 0 0; display: grid; grid-template-columns: max-content 1fr; gap: 2px 10px; font-size: 13px; }}
dt {{ color: var(--soft); }} dd {{ margin: 0; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
.matrix td {{ text-align: center; min-width: 76px; }}
.matrix td span {{ display: block; font-size: 12px; color: var(--soft); white-space: nowrap; }}
.s1 {{ background: #eef4f8; }}
.s2 {{ background: #dfebf3; }}
.s3 {{ background: #cadfec; }}
.s4 {{ background: #b2d1e4; }}
.s5 {{ background: #97c0db; }}
.agrees {{ outline: 2px solid var(--fill); outline-offset: -3px; }}
.chart {{ width: 100%; max-width: 720px; height: auto; font-size: 13px; }}
.chart .bar {{ fill: var(--fill); }} .chart .faint {{ fill: var(--pale); }} .chart .money {{ fill: var(--gold); }}
.key i {{ display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin: 0 6px 0 0; }}
.key .deals {{ background: var(--fill); }} .key .sums {{ background: var(--gold); margin-left: 14px; }}
.chart .mark {{ stroke: var(--fill); stroke-width: 3; }}
.chart text {{ fill: var(--ink); }} .chart .figure {{ fill: var(--soft); }}
.note {{ color: var(--soft); font-size: 13px; }}
ul {{ margin: 0; padding-left: 20px; }}
.filters {{ display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 12px; align-items: center; }}
.filters[hidden] {{ display: none; }}
.filters input, .filters select {{ font: inherit; padding: 5px 8px; max-width: 100%; }}
.filters input[type=search], .filters select {{ border: 1px solid var(--line); border-radius: 6px; }}
.filters input[type=checkbox] {{ flex: none; margin: 0 4px 0 0; }}
.filters input[type=search] {{ flex: 1 1 220px; }}
@media screen and (max-width: 760px) {{
  .pair {{ grid-template-columns: minmax(0, 1fr); }} main {{ padding: 12px; }} section {{ padding: 14px 12px; }}
  .chart {{ min-width: 560px; }}
}}
@page {{ size: A4 landscape; margin: 12mm; }}
@media print {{
  body {{ background: #fff; font-size: 11px; }}
  main {{ max-width: none; padding: 0; }}
  section {{ border: 0; padding: 0; margin: 0 0 14px; }}
  h2, h3 {{ break-after: avoid; }}
  tr, .chart, .tile {{ break-inside: avoid; }}
  thead {{ display: table-header-group; }}
  .filters {{ display: none; }}
  .wide {{ overflow: visible; }}
  #ranked, td.why, td.id {{ min-width: 0; }}
  #ranked td:not(.why) {{ overflow-wrap: anywhere; }}
  .chart {{ max-width: 520px; }}
  .tile b {{ font-size: 16px; }}
  table {{ font-size: 10px; }}
}}
"""

# Hides the rows that do not fit, and at first those after the most urgent; reads attributes, writes nothing but the
# count. Without it every row is there.
SCRIPT = """
(function () {
  var form = document.querySelector(".filters");
  if (!form) { return; }
  form.hidden = false;
  var rows = Array.prototype.slice.call(document.querySelectorAll("#ranked tbody tr"));
  var shown = document.getElementById("shown"), all = document.getElementById("all");
  var names = ["owner", "team", "place", "stage"];
  function wanted(id) { return document.getElementById(id).value; }
  function filter() {
    var text = wanted("words").toLowerCase(), count = 0;
    var free = !text && !all.checked && names.every(function (name) { return !wanted(name); });
    rows.forEach(function (row, number) {
      var fits = names.every(function (name) {
        return !wanted(name) || row.getAttribute("data-" + name) === wanted(name);
      }) && row.textContent.toLowerCase().indexOf(text) !== -1 && !(free && number >= Number(form.dataset.first));
      row.hidden = !fits;
      if (fits) { count += 1; }
    });
    shown.textContent = shown.getAttribute("data-text").replace("{n}", count).replace("{all}", rows.length);
  }
  form.addEventListener("input", filter);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  filter();
}());
"""
