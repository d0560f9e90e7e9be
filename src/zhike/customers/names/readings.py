"""How names are read where the commonest reading of a hanzi would be wrong."""

# Read otherwise in names of people, firms and places than in running text.
CHARACTERS = {
    "长": "chang", "都": "du", "厦": "xia", "弹": "tan", "率": "shuai", "调": "tiao", "埔": "pu", "蚌": "beng",
    "圳": "zhen", "堡": "bao", "邨": "cun", "喆": "zhe", "犇": "ben", "淼": "miao", "彧": "yu", "昇": "sheng",
    "𠮷": "ji", "地": "di", "的": "de", "了": "le", "着": "zhe", "和": "he", "乐": "le", "重": "zhong", "行": "xing",
    "传": "chuan", "便": "bian", "佳": "jia", "茜": "qian", "娜": "na", "晟": "sheng", "禅": "chan", "莞": "guan",
    "宓": "mi",
}  # fmt: skip

PHRASES = {
    "重庆": "chong qing", "重阳": "chong yang", "重叠": "chong die", "银行": "yin hang", "商行": "shang hang",
    "车行": "che hang", "洋行": "yang hang", "分行": "fen hang", "支行": "zhi hang", "行业": "hang ye",
    "琴行": "qin hang", "茶行": "cha hang", "布行": "bu hang", "鞋行": "xie hang", "五金行": "wu jin hang",
    "贸易行": "mao yi hang", "经营行": "jing ying hang", "厂长": "chang zhang", "校长": "xiao zhang",
    "成长": "cheng zhang", "增长": "zeng zhang", "家长": "jia zhang", "站长": "zhan zhang", "店长": "dian zhang",
    "大厦": "da sha", "广厦": "guang sha", "六安": "lu an", "六合": "lu he", "音乐": "yin yue", "乐器": "yue qi",
    "声乐": "sheng yue", "民乐": "min yue", "乐清": "yue qing", "乐队": "yue dui", "交响乐": "jiao xiang yue",
    "番禺": "pan yu", "蚌埠": "beng bu", "台州": "tai zhou", "丽水": "li shui", "东阿": "dong e", "阿胶": "e jiao",
    "会计": "kuai ji", "会稽": "kuai ji", "牟平": "mu ping", "铅山": "yan shan", "参茸": "shen rong",
    "人参": "ren shen", "参行": "shen hang", "便宜": "pian yi", "大埔": "da bu", "黄陂": "huang pi", "武陟": "wu zhi",
    "犍为": "qian wei", "枞阳": "zong yang", "西藏": "xi zang", "藏族": "zang zu", "藏药": "zang yao",
    "供给": "gong ji", "给水": "ji shui", "给排水": "ji pai shui", "效率": "xiao lv", "功率": "gong lv",
    "汇率": "hui lv", "利率": "li lv", "弹药": "dan yao", "子弹": "zi dan", "调查": "diao cha", "调研": "diao yan",
    "调度": "diao du", "调试": "tiao shi", "模具": "mu ju", "模板": "mu ban", "柏林": "bo lin", "尉犁": "yu li",
    "尉氏": "wei shi", "首都": "shou du", "成都": "cheng du", "洪洞": "hong tong", "涡阳": "guo yang",
    "单县": "shan xian", "莘县": "shen xian", "莘庄": "xin zhuang", "浚县": "xun xian", "亳州": "bo zhou",
    "歙县": "she xian", "宿州": "su zhou", "宿迁": "su qian", "宿松": "su song", "什邡": "shi fang",
    "什刹海": "shi cha hai", "吐蕃": "tu bo", "繁峙": "fan shi", "获嘉": "huo jia", "盖州": "gai zhou",
    "任丘": "ren qiu", "华阴": "hua yin", "解州": "xie zhou", "东莞": "dong guan", "莞城": "guan cheng",
    "荥阳": "xing yang", "荥经": "ying jing", "郫县": "pi xian", "郫都": "pi du", "婺源": "wu yuan",
    "婺城": "wu cheng", "衢州": "qu zhou", "泸州": "lu zhou", "漯河": "luo he", "濮阳": "pu yang", "儋州": "dan zhou",
    "邛崃": "qiong lai", "汤阴": "tang yin", "阜阳": "fu yang", "阿里": "a li", "传记": "zhuan ji",
    "藏书": "cang shu", "下载": "xia zai", "粘合": "zhan he", "粘胶": "nian jiao", "冲压": "chong ya",
    "曾都": "zeng du", "曾经": "ceng jing", "朝鲜": "chao xian", "朝阳": "chao yang", "朝晖": "zhao hui",
    "大夫": "dai fu", "重工": "zhong gong", "重型": "zhong xing", "差旅": "chai lv", "出差": "chu chai",
    "呼和浩特": "hu he hao te", "乌鲁木齐": "wu lu mu qi", "巴音郭楞": "ba yin guo leng", "琅琊": "lang ya",
    "角里": "lu li", "柞水": "zha shui", "扎兰屯": "zha lan tun", "扎赉特": "zha lai te", "监利": "jian li",
    "枝江": "zhi jiang", "氾水": "fan shui", "无棣": "wu di", "鄱阳": "po yang", "鄄城": "juan cheng",
    "临朐": "lin qu", "郯城": "tan cheng", "岢岚": "ke lan", "隰县": "xi xian", "隽永": "juan yong",
    "石嘴山": "shi zui shan", "娄底": "lou di",
}  # fmt: skip

# Surnames read otherwise than the word; looked up at the head of names of two to four hanzi.
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "翟": "zhai", "乐": "yue", "区": "ou",
    "朴": "piao", "盖": "ge", "缪": "miao", "繁": "po", "黑": "he", "种": "chong", "员": "yun", "秘": "bi",
    "折": "she", "任": "ren", "华": "hua", "宁": "ning", "纪": "ji", "葛": "ge", "洗": "xian", "冼": "xian",
    "覃": "qin", "阚": "kan", "隗": "wei", "逯": "lu", "召": "shao", "过": "guo", "宓": "mi", "谌": "chen",
    "尹": "yin", "么": "yao", "句": "gou", "哈": "ha", "卜": "bu", "晁": "chao", "那": "na", "车": "che", "柏": "bai",
    "薄": "bo", "郇": "xun", "祭": "zhai", "撒": "sa", "燕": "yan", "应": "ying", "令": "ling", "相": "xiang",
    "重": "chong", "都": "du", "尉": "wei", "幸": "xing", "郗": "xi", "贾": "jia", "牟": "mou", "石": "shi",
    "教": "jiao", "臧": "zang", "佴": "nai", "行": "xing", "冯": "feng", "尉迟": "yu chi", "万俟": "mo qi",
    "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu", "宿": "su", "令狐": "ling hu", "皇甫": "huang fu",
    "夏侯": "xia hou", "诸葛": "zhu ge", "欧阳": "ou yang", "司马": "si ma", "上官": "shang guan",
    "东方": "dong fang", "独孤": "du gu", "南宫": "nan gong", "慕容": "mu rong", "宇文": "yu wen", "鲜于": "xian yu",
    "呼延": "hu yan", "公孙": "gong sun", "轩辕": "xuan yuan", "百里": "bai li",
}  # fmt: skip
