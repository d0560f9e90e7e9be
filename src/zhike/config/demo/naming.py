"""Names of the sample customers, in Chinese and in English from the same pieces. Any likeness is chance."""

from dataclasses import dataclass
from random import Random

from zhike.config.demo.places import SampleCity


@dataclass(frozen=True, slots=True)
class Named:
    zh: str
    en: str
    latin: str  # for e-mail addresses

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business. `sizes` are usual numbers of employees."""

    zh: str
    en: str
    industry_zh: str
    industry_en: str
    weight: int
    sizes: tuple[int, int]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((word[0], word[1:]) for word in text.split())


SURNAMES = _pairs(
    "王Wang 李Li 张Zhang 刘Liu 陈Chen 杨Yang 赵Zhao 黄Huang 周Zhou 吴Wu 徐Xu 孙Sun 胡Hu 朱Zhu 高Gao 林Lin 何He 郭Guo "
    "马Ma 罗Luo 梁Liang 宋Song 郑Zheng 谢Xie 韩Han 唐Tang 冯Feng 董Dong 萧Xiao 程Cheng 曹Cao 袁Yuan 邓Deng 许Xu "
    "傅Fu 沈Shen 曾Zeng 彭Peng 吕Lü 苏Su 卢Lu 蒋Jiang 蔡Cai 魏Wei 丁Ding 叶Ye 余Yu 潘Pan 夏Xia 汪Wang 田Tian 石Shi"
)
MALE = _pairs(
    "伟Wei 强Qiang 磊Lei 军Jun 杰Jie 涛Tao 超Chao 明Ming 刚Gang 平Ping 辉Hui 鹏Peng 浩Hao 宇Yu 志Zhi 建Jian 国Guo "
    "文Wen 博Bo 天Tian 俊Jun 海Hai 峰Feng 凯Kai 子Zi 轩Xuan 晨Chen 阳Yang 振Zhen 立Li"
)
FEMALE = _pairs(
    "芳Fang 娜Na 敏Min 静Jing 丽Li 艳Yan 娟Juan 霞Xia 秀Xiu 燕Yan 玲Ling 雪Xue 婷Ting 慧Hui 琳Lin 佳Jia 欣Xin 怡Yi "
    "雨Yu 梦Meng 晓Xiao 思Si 诗Shi 颖Ying 洁Jie 萍Ping 悦Yue 宁Ning 文Wen 子Zi"
)
ONLY_WITH_ANOTHER = "子志天国文立建晓思诗雨梦秀"  # do not make a given name alone
BRAND_FIRST = _pairs(
    "瑞Rui 恒Heng 华Hua 盛Sheng 博Bo 凯Kai 宏Hong 远Yuan 科Ke 锐Rui 联Lian 创Chuang 中Zhong 安An 德De "
    "金Jin 鼎Ding 天Tian 新Xin 海Hai 东Dong 立Li 精Jing 信Xin 卓Zhuo 启Qi 云Yun 泰Tai 正Zheng 佳Jia "
    "方Fang 航Hang 晟Sheng 景Jing 群Qun 顺Shun"
)
BRAND_SECOND = _pairs(
    "拓Tuo 达Da 创Chuang 成Cheng 力Li 能Neng 诚Cheng 睿Rui 驰Chi 源Yuan 业Ye 腾Teng 格Ge 维Wei 图Tu 克Ke 普Pu "
    "思Si 利Li 特Te 邦Bang 越Yue 霖Lin 晶Jing 川Chuan 峰Feng 通Tong 展Zhan 康Kang 米Mi 朗Lang 奥Ao 润Run 星Xing"
)
TRADES = (
    Trade("精密机械", "Precision Machinery", "机械制造", "Machinery", 12, (60, 900)),
    Trade("自动化设备", "Automation", "工业自动化", "Industrial automation", 16, (15, 400)),
    Trade("电子科技", "Electronics", "电子制造", "Electronics", 14, (30, 2500)),
    Trade("新能源", "New Energy", "新能源", "New energy", 9, (80, 4000)),
    Trade("汽车零部件", "Auto Parts", "汽车零部件", "Automotive", 9, (150, 3000)),
    Trade("食品", "Foods", "食品加工", "Food processing", 5, (60, 1200)),
    Trade("医疗器械", "Medical Devices", "医疗器械", "Medical devices", 6, (20, 600)),
    Trade("环保工程", "Environmental Engineering", "环保工程", "Environment", 7, (12, 300)),
    Trade("半导体", "Semiconductor", "半导体", "Semiconductors", 5, (120, 3500)),
    Trade("检测技术", "Testing Services", "检测认证", "Testing and certification", 8, (8, 260)),
    Trade("化工材料", "Chemical Materials", "化工", "Chemicals", 5, (100, 1800)),
    Trade("系统集成", "System Integration", "系统集成", "System integration", 10, (5, 120)),
    Trade("轨道交通装备", "Rail Equipment", "轨道交通", "Rail transport", 3, (200, 2600)),
)
SUFFIXES = (("有限公司", "Co., Ltd.", 16), ("科技有限公司", "Technology Co., Ltd.", 5), ("股份有限公司", "Corp.", 2))
FOREIGN_FIRST = ("Kestrel", "Harbour", "Lindqvist", "Morgen", "Aoyama", "Northgate", "Falke", "Tanager", "Hoshino")
FOREIGN_LAST = ("Instruments", "Controls", "Automation", "Robotics", "Systems", "Metrology", "Components")
FOREIGN_FORM = {"SG": "Pte Ltd", "DE": "GmbH", "JP": "K.K.", "US": "Inc."}


def make_person(random: Random) -> tuple[Named, str]:
    """Return a person's name and gender ("male", "female"). Common surnames come up more often."""
    surname = SURNAMES[min(int(random.expovariate(1 / 12)), len(SURNAMES) - 1)]
    gender = random.choice(("male", "male", "female"))
    chosen = random.sample(MALE if gender == "male" else FEMALE, k=random.choice((1, 2, 2)))
    if len(chosen) == 1 and chosen[0][0] in ONLY_WITH_ANOTHER:
        chosen.append(random.choice(MALE[:7]))
    given_zh = "".join(zh for zh, _ in chosen)
    given_en = "".join(en for _, en in chosen).capitalize()
    latin = f"{given_en}.{surname[1]}".lower().replace("ü", "v")
    return Named(surname[0] + given_zh, f"{given_en} {surname[1]}", latin), gender


def make_company(random: Random, city: SampleCity) -> tuple[Named, Trade]:
    """Return a company's name with its city, brand, trade and legal form, and the trade."""
    first, second = random.choice(BRAND_FIRST), random.choice(BRAND_SECOND)
    trade = random.choices(TRADES, [one.weight for one in TRADES])[0]
    form_zh, form_en, _ = random.choices(SUFFIXES, [one[2] for one in SUFFIXES])[0]
    if trade.zh.endswith("科技"):
        form_zh = form_zh.removeprefix("科技")
    brand_en = first[1] + second[1].lower()
    return (
        Named(
            f"{city.zh}{first[0]}{second[0]}{trade.zh}{form_zh}",
            f"{city.en} {brand_en} {trade.en} {form_en}",
            f"{brand_en}-{city.en}".lower().replace("'", ""),
        ),
        trade,
    )


def make_foreign_company(random: Random, country: str) -> tuple[Named, Trade]:
    first, last = random.choice(FOREIGN_FIRST), random.choice(FOREIGN_LAST)
    name = f"{first} {last} {FOREIGN_FORM[country]}"
    return Named(name, name, f"{first}-{last}-{country}".lower()), random.choice(TRADES)
