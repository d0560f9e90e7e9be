"""Pinyin without spaces, cut into syllables: pairs of them find what stands in the middle of a name."""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

WAYS = 4  # "xian" is one syllable or two; more readings than this are no search
CUT = 18  # letters that are read: the ways double with every second one
ALL = """
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bu ca cai can cang cao ce cen
    ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou
    cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo
    e ei en eng er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan
    guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian
    jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang
    kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lun luo lv
    lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen
    neng ni nian niang niao nie nin ning niu nong nou nu nuan nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian
    piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng
    ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng
    shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti
    tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin
    xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze
    zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun
    zhuo zi zong zou zu zuan zui zun zuo
"""
SYLLABLES = frozenset(ALL.split())
LONGEST = max(map(len, SYLLABLES))


def pairs_of(syllables: Sequence[str]) -> list[str]:
    """Return neighbouring syllables joined, each pair once: su zhou lan tu → suzhou, zhoulan, lantu."""
    pairs = (first + second for first, second in pairwise(syllables) if {first, second} <= SYLLABLES)
    return list(dict.fromkeys(pairs))


def ways_to_cut(word: str) -> list[list[str]]:
    """Return the ways to read letters as syllables, of which the last may be begun only; at most four.

    What is begun is left out: lantuj → lan tu. Letters that are no pinyin give nothing.
    """
    return list(islice(_cut(word[:CUT]), WAYS))


def _cut(word: str) -> Iterator[list[str]]:
    if not word:
        yield []
        return
    for size in range(min(LONGEST, len(word)), 0, -1):
        if word[:size] in SYLLABLES:
            for rest in _cut(word[size:]):
                yield [word[:size], *rest]
    if any(one.startswith(word) for one in SYLLABLES if len(one) > len(word)) and word not in SYLLABLES:
        yield []
