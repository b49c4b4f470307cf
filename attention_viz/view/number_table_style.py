"""Number table style: the CSS of every number table, in the colours of the light and the dark palette."""

from __future__ import annotations

from attention_viz.palettes import DARK, LIGHT
from attention_viz.view.shades import rules

LAYOUT = f"""
.av-number-table {{ margin: 0 0 .75rem; max-width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; print-color-adjust: exact; --on: light-dark({LIGHT.accent}, {DARK.accent}); --quiet: light-dark({LIGHT.secondary}, {DARK.secondary}); }}
.av-number-table figcaption {{ padding-bottom: 4px; font-weight: 600; }}
.av-number-table .shape {{ font-weight: 400; color: var(--quiet); }}
.av-number-table .scroll {{ overflow-x: auto; max-width: 100%; padding: 2px; scrollbar-width: thin; }}
.av-number-table .scroll:focus-visible {{ outline: 2px solid var(--on); }}
.av-number-table table {{ border-collapse: separate; border-spacing: 1px; margin: 0; width: auto; }}
.av-number-table td, .av-number-table th {{ border: 0; padding: 0; line-height: 1.25; }}
.av-number-table th {{ font-weight: 400; font-family: ui-monospace, monospace; font-size: 13px; white-space: nowrap; }}
.av-number-table tbody th {{ text-align: end; padding-inline-end: 6px; }}
.av-number-table thead th {{ vertical-align: bottom; }}
.av-number-table.numbers td {{ padding: 3px 5px; text-align: end; white-space: nowrap; }}
.av-number-table.numbers thead th {{ text-align: end; padding: 0 5px 2px; }}
.av-number-table td input {{ box-sizing: content-box; border: 0; border-bottom: 1px dashed; padding: 0; background: transparent; color: inherit; font: inherit; text-align: end; border-radius: 0; appearance: textfield; -moz-appearance: textfield; }}
.av-number-table td input::-webkit-inner-spin-button {{ display: none; }}
.av-number-table td input:focus-visible {{ outline: 2px solid var(--on); outline-offset: 2px; }}
.av-number-table.cells tbody td {{ width: 14px; min-width: 14px; height: 14px; }}
.av-number-table.cells thead th, .av-number-table.strip thead th {{ writing-mode: vertical-rl; transform: rotate(180deg); text-align: start; }}
.av-number-table.cells thead.upright th, .av-number-table.strip thead.upright th {{ writing-mode: horizontal-tb; transform: none; text-align: center; font-size: 11px; letter-spacing: -0.5px; padding-bottom: 3px; }}
.av-number-table.cells tbody th {{ line-height: 14px; }}
.av-number-table.cells table, .av-number-table.strip table {{ border-spacing: 0; }}
.av-number-table.strip tbody td {{ width: 12px; min-width: 2px; height: 28px; }}
.av-number-table th.on {{ color: var(--on); font-weight: 600; }}
.av-number-table tr.on td, .av-number-table td.on {{ position: relative; z-index: 1; }}
.av-number-table td.on {{ box-shadow: -2px 0 var(--on), 2px 0 var(--on); }}
.av-number-table tr.on td {{ box-shadow: 0 -2px var(--on), 0 2px var(--on); }}
.av-number-table tr.on td.on {{ box-shadow: 0 0 0 2px var(--on); z-index: 2; }}
.av-number-table.strip td.on, .av-number-table .band .on {{ box-shadow: 0 0 0 2px var(--on); }}
.av-number-table .masked {{ background: repeating-linear-gradient(135deg, rgb(128 128 128 / .28) 0 2px, transparent 2px 6px); }}
.av-number-table .band {{ height: 28px; max-width: 100%; margin: 2px; position: relative; }}
.av-number-table .band .on {{ position: absolute; inset-block: 0; min-width: 3px; }}
.av-number-table .list .on {{ color: var(--on); font-weight: 600; }}
.av-number-table .foot {{ display: flex; flex-wrap: wrap; gap: 2px 1.5rem; align-items: start; }}
.av-number-table details {{ flex: 1 1 12rem; min-width: 0; font-size: 13px; }}
.av-number-table details[open] {{ flex-basis: 100%; }}
.av-number-table summary {{ cursor: pointer; width: fit-content; color: var(--quiet); text-decoration: underline 1px; text-underline-offset: .2em; }}
.av-number-table summary:focus-visible, .av-number-table .list:focus-visible {{ outline: 2px solid var(--on); }}
.av-number-table .list {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(7em, 1fr)); list-style-position: inside; max-height: 14rem; overflow: auto; margin: 4px 0; padding: 0; font-size: 13px; }}
.av-number-table .list li::marker {{ color: var(--quiet); }}
.av-number-table .legend {{ width: 11rem; max-width: 100%; font-size: 12px; color: var(--quiet); margin-top: 4px; flex: none; }}
.av-number-table .ramp {{ height: 6px; }}
.av-number-table .ticks {{ display: flex; justify-content: space-between; }}
"""
RULES = f"{LAYOUT}{rules('.av-number-table')}"
"""What a page with a number table must have in its style sheet; STYLE: the same as an element of its own."""
STYLE = f"<style>{RULES}</style>"
