"""The one theme: the same style for the same model, inks as on the site."""

import re
from pathlib import Path

import pytest

from evaluation.figures.theme import SERIES, SETTLED, Ground, short_name, styles, template

THEME_CSS = Path(__file__).parents[3] / "ui" / "theme.css"


def test_a_model_has_one_style_in_any_company_and_no_two_are_alike():
    others = [f"swinir-m-color-dn-{level}" for level in range(29)]
    together = styles([*SETTLED, *others])
    assert len(set(together.values())) == len(SETTLED) + len(others)
    assert styles(reversed([*others, *SETTLED])) == together
    for name in SETTLED:
        assert styles([name, "another"])[name] == together[name]
    assert together["identity"].colour == SERIES[0]
    assert len(styles(f"model-{number}" for number in range(100))) == 100


def test_own_weights_are_called_by_the_name_of_their_file():
    assert short_name("/somewhere/ffdnet_color.pth") == "ffdnet_color"
    assert short_name("swinir-m-gray-dn-25") == "swinir-m-gray-dn-25"


@pytest.mark.parametrize(
    ("ground", "block"), [(Ground.LIGHT, r":root \{(.*?)\}"), (Ground.DARK, r"\.dark \{(.*?)\}")]
)
def test_inks_and_series_are_those_of_the_site(ground, block):
    css = re.search(block, THEME_CSS.read_text(), re.DOTALL).group(1)
    variables = dict(re.findall(r"--rr-([a-z0-9-]+):\s*(#[0-9a-f]{6})", css))
    ink = ground.value
    assert (ink.text, ink.quiet, ink.grid) == (
        variables["text"],
        variables["text-quiet"],
        variables["border"],
    )
    if ground is Ground.LIGHT:
        assert [variables[f"series-{number}"] for number in range(1, 8)] == list(SERIES)


def test_a_template_has_the_ink_of_its_ground_and_lets_the_page_shine_through():
    for ground in Ground:
        assert template(ground).layout.font.color == ground.value.text
        assert template(ground).layout.paper_bgcolor == "rgba(0,0,0,0)"
