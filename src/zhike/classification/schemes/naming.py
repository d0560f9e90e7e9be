from babel import Locale

from zhike.customers.public import division_name

ZH, EN = Locale.parse("zh_Hans"), Locale.parse("en")


def names_of_value(attribute: str, value: str) -> dict[str, str]:
    """Return name_zh and name_en of a country (ISO alpha-2) or a division (GB/T 2260 code)."""
    if attribute == "country":
        zh, en = ZH.territories.get(value, value), EN.territories.get(value, value)
    else:
        zh, en = division_name(value, "zh-hans") or value, division_name(value, "en") or value
    return {"name_zh": zh[:60], "name_en": en[:60]}
