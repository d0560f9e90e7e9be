"""Names in the network stand beside one another, never over one another."""

from itertools import combinations

from zhike.analytics.associations.labels import Circle, Label, place_labels, shorten, text_width
from zhike.analytics.associations.network import HEIGHT, LEAST_APART, WIDTH, lay_out

WORDS = ("铂电阻温度传感器", "8-channel analogue module", "24 伏导轨电源", "Fanless embedded PC", "无线远程终端")


def box(label: Label) -> tuple[float, float, float, float]:
    wide = text_width(label.text)
    left = {"start": label.x, "middle": label.x - wide / 2, "end": label.x - wide}[label.anchor]
    return left, label.y - 10, left + wide, label.y + 4


def test_no_name_that_is_shown_covers_another() -> None:
    keys = list(range(30))
    places = lay_out(keys, [(one, (one * 7 + 1) % 30) for one in keys])
    gaps = [
        ((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5
        for a, b in combinations(keys, 2)
    ]
    assert min(gaps) > 0.8 * LEAST_APART
    circles = [Circle(one, WORDS[one % 5], *places[one], 5.0 + one % 7) for one in keys]
    labels = place_labels(circles, width=WIDTH, height=HEIGHT)
    shown = [box(one) for one in labels.values() if one.is_shown]
    assert len(shown) >= 20
    for (left, top, right, bottom), (other_left, other_top, other_right, other_bottom) in combinations(shown, 2):
        assert right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
    assert all(one[0] >= 0 and one[2] <= WIDTH for one in shown)


def test_where_there_is_no_room_the_larger_product_is_named() -> None:
    heap = [Circle(one, "Magnetic antenna", 300.0 + one, 200.0, 4.0 + one) for one in range(8)]
    labels = place_labels(heap, width=WIDTH, height=HEIGHT)
    assert labels[7].is_shown
    assert not labels[0].is_shown


def test_long_names_are_cut() -> None:
    assert shorten("24 伏导轨电源") == "24 伏导轨电源"
    assert shorten("8-channel analogue module") == "8-channel anal…"
    assert shorten("多通道温湿度与振动数据记录仪套装") == "多通道温湿度与振动数据记…"
