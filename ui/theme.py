"""The look of Gradio's own components, in the colours of `theme.css`."""

from __future__ import annotations

import gradio as gr

SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
SYSTEM_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "Liberation Mono", "monospace")

ACCENT, ON_ACCENT = "var(--rr-accent)", "var(--rr-accent-text)"
PAGE, SURFACE = "var(--rr-page)", "var(--rr-surface)"
TEXT, QUIET = "var(--rr-text)", "var(--rr-text-quiet)"
BORDER, EDGE = "var(--rr-border)", "var(--rr-control-border)"

COLOURS = {
    "background_fill_primary": PAGE,
    "background_fill_secondary": SURFACE,
    "block_background_fill": "transparent",
    "panel_background_fill": "transparent",
    "body_text_color_subdued": QUIET,
    "block_info_text_color": QUIET,
    "block_label_background_fill": "transparent",
    "block_label_text_color": QUIET,
    "block_title_background_fill": "transparent",
    "block_title_text_color": TEXT,
    "accordion_text_color": TEXT,
    "table_text_color": TEXT,
    "link_text_color": ACCENT,
    "link_text_color_hover": ACCENT,
    "link_text_color_active": ACCENT,
    "link_text_color_visited": ACCENT,
    "border_color_primary": BORDER,
    "border_color_accent": ACCENT,
    "border_color_accent_subdued": BORDER,
    "color_accent_soft": SURFACE,
    "input_background_fill": PAGE,
    "input_background_fill_focus": PAGE,
    "input_background_fill_hover": PAGE,
    "input_border_color": EDGE,
    "input_border_color_focus": ACCENT,
    "input_border_color_hover": EDGE,
    "input_placeholder_color": QUIET,
    "checkbox_background_color": PAGE,
    "checkbox_background_color_selected": ACCENT,
    "checkbox_border_color": EDGE,
    "checkbox_border_color_selected": ACCENT,
    "checkbox_label_background_fill": "transparent",
    "checkbox_label_background_fill_hover": SURFACE,
    "checkbox_label_background_fill_selected": "transparent",
    "checkbox_label_text_color": TEXT,
    "checkbox_label_text_color_selected": TEXT,
    "slider_color": ACCENT,
    "loader_color": ACCENT,
    "button_primary_background_fill": ACCENT,
    "button_primary_background_fill_hover": ACCENT,
    "button_primary_border_color": ACCENT,
    "button_primary_text_color": ON_ACCENT,
    "button_primary_text_color_hover": ON_ACCENT,
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_hover": SURFACE,
    "button_secondary_border_color": EDGE,
    "button_secondary_text_color": TEXT,
    "button_secondary_text_color_hover": TEXT,
    "button_cancel_background_fill": "transparent",
    "button_cancel_background_fill_hover": SURFACE,
    "button_cancel_border_color": EDGE,
    "button_cancel_text_color": "var(--rr-danger)",
    "button_cancel_text_color_hover": "var(--rr-danger)",
}
"""Gradio's colour names; one value does for light and dark, whose palettes `theme.css` holds."""

FIRST_PAINT = {
    "body_background_fill": "#ffffff",
    "body_background_fill_dark": "#151618",
    "body_text_color": "#1c1d1f",
    "body_text_color_dark": "#ececee",
}
"""The same as `theme.css` says, in figures: the page is painted once before that is loaded."""

SHAPES = {
    "color_accent": ACCENT,
    "block_border_width": "0px",
    "block_label_border_width": "0px",
    "block_shadow": "none",
    "block_padding": "0px",
    "block_title_text_weight": "600",
    "panel_border_width": "0px",
    "input_border_width": "1px",
    "input_shadow": "none",
    "input_shadow_focus": "0 0 0 2px var(--rr-focus)",
    "checkbox_label_shadow": "none",
    "checkbox_shadow": "none",
    "button_border_width": "1px",
    "button_primary_shadow": "none",
    "button_primary_shadow_hover": "none",
    "button_secondary_shadow": "none",
    "button_large_radius": "var(--rr-radius)",
    "button_medium_radius": "var(--rr-radius)",
    "button_small_radius": "var(--rr-radius)",
    "input_radius": "var(--rr-radius)",
    "block_radius": "var(--rr-radius)",
}


def site_theme() -> gr.themes.Base:
    """Flat surfaces, system fonts and one accent colour; nothing is loaded from elsewhere."""
    theme = gr.themes.Base(font=SYSTEM_FONTS, font_mono=SYSTEM_MONO)
    dark = {f"{name}_dark": value for name, value in COLOURS.items()}
    return theme.set(**FIRST_PAINT, **COLOURS, **dark, **SHAPES)
