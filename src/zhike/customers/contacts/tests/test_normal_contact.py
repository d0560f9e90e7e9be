import pytest

from zhike.customers.contacts.rules import is_valid_contact, masked_contact, normal_contact


@pytest.mark.parametrize(
    ("kind", "value", "country", "normal", "valid"),
    [
        ("phone", "138 0013 8000", "CN", "+8613800138000", True),
        ("phone", "+86-138-0013-8000", "CN", "+8613800138000", True),
        ("phone", "０１０－１２３４５６７８", "CN", "+861012345678", True),
        ("phone", "+44 20 7946 0958", "CN", "+442079460958", True),
        ("phone", "020 7946 0958", "GB", "+442079460958", True),
        ("phone", "14900000000", "CN", "14900000000", False),
        ("phone", "12345", "CN", "12345", False),
        ("phone", "call me", "CN", "", False),
        ("email", " Ana.Li@Example.COM ", "CN", "ana.li@example.com", True),
        ("email", "ana@localhost", "CN", "ana@localhost", False),
        ("wechat", " LanTing ", "CN", "lanting", True),
    ],
)
def test_contact_points_are_made_comparable(kind, value, country, normal, valid):
    assert normal_contact(kind, value, country) == normal
    assert is_valid_contact(kind, value, country) is valid


def test_masks_hide_the_middle():
    assert masked_contact("phone", "+86 138 0013 1234") == "138****1234"
    assert masked_contact("phone", "12345") == "****45"
    assert masked_contact("email", "finance@lantu.example") == "fin****@lantu.example"
    assert masked_contact("wechat", "lanting") == "l****"
