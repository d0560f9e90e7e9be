"""Where the sample customers are: cities with division codes (GB/T 2260), dialling codes and weights."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class District:
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class SampleCity:
    zh: str  # without 市: "深圳"
    en: str
    full: str  # as an address begins: "广东省深圳市"
    dialling: str
    weight: int
    team: str  # which team looks after it: "east" or "south"
    districts: tuple[District, ...]


_ROWS = """
深圳|Shenzhen|广东省深圳市|0755|15|south|440305 南山区 Nanshan,440306 宝安区 Bao'an,440309 龙华区 Longhua
广州|Guangzhou|广东省广州市|020|9|south|440106 天河区 Tianhe,440112 黄埔区 Huangpu,440113 番禺区 Panyu
东莞|Dongguan|广东省东莞市|0769|8|south|441904 南城街道 Nancheng,441903 东城街道 Dongcheng
佛山|Foshan|广东省佛山市|0757|6|south|440606 顺德区 Shunde,440605 南海区 Nanhai
苏州|Suzhou|江苏省苏州市|0512|13|east|320506 吴中区 Wuzhong,320507 相城区 Xiangcheng,320583 昆山市 Kunshan
上海|Shanghai|上海市|021|13|east|310112 闵行区 Minhang,310114 嘉定区 Jiading,310115 浦东新区 Pudong
杭州|Hangzhou|浙江省杭州市|0571|8|east|330108 滨江区 Binjiang,330110 余杭区 Yuhang,330109 萧山区 Xiaoshan
南京|Nanjing|江苏省南京市|025|6|east|320115 江宁区 Jiangning,320113 栖霞区 Qixia
无锡|Wuxi|江苏省无锡市|0510|5|east|320214 新吴区 Xinwu,320211 滨湖区 Binhu
宁波|Ningbo|浙江省宁波市|0574|5|east|330212 鄞州区 Yinzhou,330206 北仑区 Beilun
合肥|Hefei|安徽省合肥市|0551|4|east|340104 蜀山区 Shushan,340111 包河区 Baohe
常州|Changzhou|江苏省常州市|0519|3|east|320412 武进区 Wujin,320411 新北区 Xinbei
青岛|Qingdao|山东省青岛市|0532|4|east|370211 黄岛区 Huangdao,370212 崂山区 Laoshan
济南|Jinan|山东省济南市|0531|2|east|370112 历城区 Licheng
北京|Beijing|北京市|010|7|east|110108 海淀区 Haidian,110114 昌平区 Changping,110115 大兴区 Daxing
天津|Tianjin|天津市|022|3|east|120116 滨海新区 Binhai,120111 西青区 Xiqing
武汉|Wuhan|湖北省武汉市|027|5|south|420111 洪山区 Hongshan,420115 江夏区 Jiangxia
长沙|Changsha|湖南省长沙市|0731|3|south|430104 岳麓区 Yuelu,430111 雨花区 Yuhua
成都|Chengdu|四川省成都市|028|5|south|510107 武侯区 Wuhou,510116 双流区 Shuangliu
重庆|Chongqing|重庆市|023|4|south|500112 渝北区 Yubei,500106 沙坪坝区 Shapingba
西安|Xi'an|陕西省西安市|029|4|east|610113 雁塔区 Yanta,610116 长安区 Chang'an
郑州|Zhengzhou|河南省郑州市|0371|2|east|410105 金水区 Jinshui
厦门|Xiamen|福建省厦门市|0592|3|south|350206 湖里区 Huli,350211 集美区 Jimei
沈阳|Shenyang|辽宁省沈阳市|024|2|east|210112 浑南区 Hunnan
"""


def _read(row: str) -> SampleCity:
    zh, en, full, dialling, weight, team, districts = row.split("|")
    listed = tuple(District(*one.split(" ", 2)) for one in districts.split(","))
    return SampleCity(zh, en, full, dialling, int(weight), team, listed)


CITIES: tuple[SampleCity, ...] = tuple(_read(row) for row in _ROWS.strip().splitlines())
STREETS = {  # 中文: English
    "科技园路": "Science Park Rd", "创新大道": "Innovation Ave", "工业二路": "Industry 2nd Rd", "启航路": "Qihang Rd",
    "青松路": "Qingsong Rd", "望湖路": "Wanghu Rd", "星光大道": "Xingguang Ave", "金桥路": "Jinqiao Rd",
    "文华街": "Wenhua St", "云杉路": "Yunshan Rd", "长乐街": "Changle St", "产业园中路": "Industrial Park Middle Rd",
}  # fmt: skip
OVERSEAS = (  # (country, dialling prefix and the made-up rest's pattern, city, weight)
    ("SG", "+656000####", "Singapore", 5),
    ("DE", "+4930555###", "Berlin", 4),
    ("JP", "+81355501###", "Tokyo", 4),
    ("US", "+1202555####", "Washington", 3),
)
