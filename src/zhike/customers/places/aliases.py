"""Names that standard tables lack."""

PROVINCES_EN = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia", "21": "Liaoning",
    "22": "Jilin", "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu", "33": "Zhejiang", "34": "Anhui",
    "35": "Fujian", "36": "Jiangxi", "37": "Shandong", "41": "Henan", "42": "Hubei", "43": "Hunan", "44": "Guangdong",
    "45": "Guangxi", "46": "Hainan", "50": "Chongqing", "51": "Sichuan", "52": "Guizhou", "53": "Yunnan",
    "54": "Xizang", "61": "Shaanxi", "62": "Gansu", "63": "Qinghai", "64": "Ningxia", "65": "Xinjiang",
    "71": "Taiwan", "81": "Hong Kong", "82": "Macao",
}  # fmt: skip

# What files say → ISO 3166-1. The Channel Islands are two territories (Jersey, Guernsey), so no country of their own.
COUNTRY_ALIASES = {
    "eire": "IE", "republic of ireland": "IE", "usa": "US", "united states of america": "US", "america": "US",
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "rsa": "ZA", "uae": "AE", "holland": "NL", "the netherlands": "NL", "czech republic": "CZ",
    "czechoslovakia": "CZ", "russia": "RU", "russian federation": "RU", "korea": "KR", "south korea": "KR",
    "republic of korea": "KR", "north korea": "KP", "viet nam": "VN", "hong kong": "HK", "macau": "MO", "macao": "MO",
    "taiwan": "TW", "prc": "CN", "p r china": "CN", "pr china": "CN", "mainland china": "CN",
    "people's republic of china": "CN", "turkey": "TR", "ivory coast": "CI", "burma": "MM", "swaziland": "SZ",
    "cape verde": "CV", "macedonia": "MK", "deutschland": "DE", "españa": "ES", "italia": "IT", "österreich": "AT",
    "schweiz": "CH", "suisse": "CH", "nippon": "JP", "brasil": "BR", "belgique": "BE", "sverige": "SE", "norge": "NO",
    "danmark": "DK", "suomi": "FI", "polska": "PL", "大陆": "CN", "中国大陆": "CN", "中华人民共和国": "CN",
    "香港": "HK", "中国香港": "HK", "澳门": "MO", "中国澳门": "MO", "台湾": "TW", "中国台湾": "TW", "臺灣": "TW",
    "南韩": "KR", "朝鲜": "KP", "英格兰": "GB", "苏格兰": "GB", "美利坚合众国": "US", "阿联酋": "AE", "沙特": "SA",
    "南非共和国": "ZA", "俄国": "RU", "channel islands": "",
}  # fmt: skip

SHORT_NAMES = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾", "AE": "阿联酋", "SA": "沙特"}
