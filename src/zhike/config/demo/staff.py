"""The people of the sample firm, in two teams. They cannot sign in until somebody gives them a link."""

from dataclasses import dataclass

FIRM = ("启衡仪器", "Qiheng Instruments")  # invented
TEAMS = {"east": ("华东团队", "East team"), "south": ("华南团队", "South team")}


@dataclass(frozen=True, slots=True)
class SampleUser:
    login: str
    zh: str
    en: str
    role: str
    team: str
    sells: bool = True

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.zh


STAFF = (
    SampleUser("zhou.lan", "周岚", "Lan Zhou", "lead", "east"),
    SampleUser("lin.yue", "林越", "Yue Lin", "agent", "east"),
    SampleUser("he.jing", "何静", "Jing He", "agent", "east"),
    SampleUser("xu.ming", "徐明", "Ming Xu", "agent", "east"),
    SampleUser("liang.bo", "梁博", "Bo Liang", "lead", "south"),
    SampleUser("chen.yao", "陈瑶", "Yao Chen", "agent", "south"),
    SampleUser("luo.kai", "罗凯", "Kai Luo", "agent", "south"),
    SampleUser("su.qing", "苏晴", "Qing Su", "viewer", "south", sells=False),
)
