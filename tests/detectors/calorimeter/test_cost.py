"""Money: it scales as it should, absent layers are free, and every price has a source."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from designopt.detectors.calorimeter.cost import CostModel, active_share, unpriced
from designopt.detectors.calorimeter.layers import Layers
from designopt.detectors.materials import index_of
from designopt.detectors.prices import DEFAULT_BOOK, FIRST_BOOK, read_prices
from designopt.units import kCHF, m, mm

MODEL = CostModel.from_book()
TUNGSTEN = {"absorber": "W", "absorber_thickness": 2.8, "active": "Si", "active_thickness": 0.525, "pitch": 10.0}
SHASHLIK = {"absorber": "Pb", "absorber_thickness": 2.0, "active": "PS", "active_thickness": 4.0, "pitch": 60.0}
total = jax.jit(lambda layers: sum(MODEL.items(layers).values()))


def test_cost_of_one_layer_is_the_sum_written_by_hand():
    items = MODEL.items(Layers.from_cells([TUNGSTEN]))
    area, euro = (1 * m + 150 * mm) ** 2, 1.07e-3 * kCHF
    assert float(items["absorber"]) == pytest.approx(area * 2.8 * 3000e-6 * euro)
    assert float(items["active"]) == pytest.approx(area * (0.03 + 0.525 * 0.02) * euro)
    assert float(items["channels"]) == pytest.approx(area / 100 * 0.33 * euro)
    assert float(items["mechanics"]) == pytest.approx(area * 0.04 * euro)


def test_absent_layers_are_free():
    stack = [TUNGSTEN] * 3 + [SHASHLIK] * 2
    assert float(total(Layers.from_cells(stack, slots=9))) == pytest.approx(
        float(total(Layers.from_cells(stack))), rel=1e-14
    )


def test_cost_is_a_sum_over_layers_whatever_their_order():
    apart = float(total(Layers.from_cells([TUNGSTEN]))) + float(total(Layers.from_cells([SHASHLIK])))
    assert float(total(Layers.from_cells([SHASHLIK, TUNGSTEN]))) == pytest.approx(apart, rel=1e-14)


def test_halving_the_pitch_makes_four_times_the_channels():
    layers = Layers.from_cells([TUNGSTEN])
    fine = Layers.from_cells([TUNGSTEN | {"pitch": 5.0}])
    assert float(MODEL.channels(fine)[0]) == pytest.approx(4 * float(MODEL.channels(layers)[0]))
    assert float(MODEL.items(fine)["channels"]) == pytest.approx(4 * float(MODEL.items(layers)["channels"]))


def test_cost_rises_with_everything_but_the_pitch_and_has_exact_gradients():
    layers = Layers.from_cells([TUNGSTEN, SHASHLIK])
    slope = jax.grad(total)(layers)
    tungsten, lead = index_of("W"), index_of("Pb")
    assert float(slope.absorber[0, tungsten]) > 0
    assert float(slope.absorber[1, lead]) > 0
    assert np.all(np.asarray(slope.pitch) < 0)
    assert np.all(np.asarray(slope.present) > 0)
    for sign, factor in ((1, 1e-5), (-1, 1e-5)):
        moved = Layers(layers.absorber, layers.active, layers.pitch * (1 + sign * factor), layers.present)
        predicted = sign * factor * float(jnp.sum(slope.pitch * layers.pitch))
        assert float(total(moved) - total(layers)) == pytest.approx(predicted, rel=1e-3)


def test_a_smaller_calorimeter_cannot_be_chosen():
    """The area is a setting of the cost model; no variable of a design reaches it."""
    assert MODEL.area == pytest.approx((1.15 * m) ** 2)
    with pytest.raises(ValueError, match="side must be positive"):
        CostModel.from_book(side=0.0)


def test_a_layer_without_a_sensor_has_no_channels():
    blind = Layers.from_cells([TUNGSTEN | {"active_thickness": 0.0}, TUNGSTEN])
    assert np.asarray(active_share(blind)).sum(axis=1) == pytest.approx([0.0, 1.0])
    assert np.asarray(MODEL.channels(blind))[0] == 0


@pytest.mark.parametrize("gate", [0.0, 1e-310, 1e-200, 1e-157, 1e-80, 1.0])
def test_channels_of_a_layer_that_is_hardly_there_have_a_slope(gate):
    """A hardened gate leaves 1e-157 of a layer, whose square, by which slopes divide, is 0."""
    one = Layers.from_cells([TUNGSTEN])

    def channels(gate):
        return jnp.sum(MODEL.channels(Layers(one.absorber, one.active * gate, one.pitch, one.present * gate)))

    assert np.isfinite(jax.grad(channels)(gate))


def test_every_price_has_a_unit_and_a_source():
    assert len(read_prices().entries) > 40
    for (section, item), price in read_prices().entries.items():
        assert price.source, f"[{section}] {item}"
        assert price.quoted, f"[{section}] {item}"
        assert np.isfinite(price.value), f"[{section}] {item}"


def test_every_material_of_the_table_has_a_price_as_it_is_used():
    assert unpriced(Layers.from_cells([TUNGSTEN, SHASHLIK]), MODEL) == []
    passive_diamond = TUNGSTEN | {"absorber": "diamond"}
    assert unpriced(Layers.from_cells([passive_diamond]), MODEL) == ["diamond"]


def test_an_own_file_overrides_entry_by_entry_under_any_name(tmp_path):
    own = tmp_path / "mine.toml"
    own.write_text('[volume]\ntungsten = { price = 1000, unit = "CHF/dm3", source = "offer of 2024" }\n')
    book, default = read_prices(own), read_prices()
    assert book.price("volume", "W") == pytest.approx(1 * kCHF / (100 * mm) ** 3)
    assert book.price("volume", "Pb") == default.price("volume", "Pb")
    assert book.entries["volume", "W"].source == "offer of 2024"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[volum]\nW = { price = 1, unit = 'EUR/dm3' }", "section .volum.*Did you mean 'volume'"),
        ("[volume]\nW = { price = -1, unit = 'EUR/dm3' }", "W is -1, but it has to be between 0 and"),
        ("[volume]\nW = { price = nan, unit = 'EUR/dm3' }", "W is nan, but it has to be between"),
        ("[volume]\nW = { price = 1, unit = 'EUR/cm2' }", "Use one of EUR/cm3"),
        ("[volume]\nW = { price = 1, unit = 'XYZ/cm3' }", "with a currency"),
        ("[volume]\nW = { cost = 1, unit = 'EUR/cm3' }", "an entry 'cost'"),
        ("[volume]\nW = 3", "without a unit"),
        ("volume = 3", "without a unit"),
        ("[volume", "not valid TOML"),
    ],
)
def test_a_bad_book_gets_one_sentence(tmp_path, text, sentence):
    own = tmp_path / "bad.toml"
    own.write_text(text)
    with pytest.raises(ValueError, match=sentence):
        read_prices(own)


def test_a_missing_book_gets_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_prices(tmp_path / "none.toml")


def test_an_unknown_item_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'PbWO4'"):
        read_prices().price("volume", "PbWO")
    assert DEFAULT_BOOK.exists()


def test_the_first_book_is_what_it_was():
    """What calorimeter-segmentation-v1 is paid with, whatever the current book says."""
    first, now = read_prices(None, FIRST_BOOK), read_prices()
    euro = 1.07e-3 * kCHF
    assert first.price("mechanics", "layer") == pytest.approx(0.1 * euro / 100)
    assert first.price("channel", "Si") == pytest.approx(1.5 * euro)
    assert not first.knows("volume", "Si")
    assert now.price("mechanics", "layer") / first.price("mechanics", "layer") == pytest.approx(40)
    for entry in (("mechanics", "layer"), ("channel", "Si"), ("area", "Si"), ("volume", "Si"), ("volume", "LAr")):
        one = now.entries[entry]
        assert one.low is not None, entry
        assert one.high is not None, entry
        assert one.low <= one.value <= one.high, entry
