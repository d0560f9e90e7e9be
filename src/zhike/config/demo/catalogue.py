"""What the sample firm sells: 40 products in 6 categories. All of it is made up."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SampleProduct:
    """`weight_company` and `weight_person` say how often each kind of customer picks it; `pack` is a usual quantity."""

    sku: str
    name_zh: str
    name_en: str
    category: str
    price: Decimal  # list price in yuan
    weight_company: int
    weight_person: int
    pack: int

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


CATEGORIES = {  # key: (中文, English)
    "computer": ("工业计算机", "Industrial computers"),
    "acquisition": ("数据采集", "Data acquisition"),
    "sensor": ("传感器", "Sensors"),
    "instrument": ("测试仪器", "Test instruments"),
    "accessory": ("配件耗材", "Accessories"),
    "service": ("服务", "Services"),
}

_ROWS = """
IPC-610 | 4U 上架式工控机 | 4U rack-mount PC | computer | 6480 | 6 | 0 | 2
IPC-220 | 无风扇嵌入式工控机 | Fanless embedded PC | computer | 3280 | 12 | 2 | 4
IPC-120 | 导轨式控制器 | DIN-rail controller | computer | 1980 | 12 | 2 | 4
PPC-150 | 15 寸工业平板电脑 | 15-inch panel PC | computer | 4560 | 7 | 0 | 2
PPC-210 | 21 寸工业平板电脑 | 21-inch panel PC | computer | 6890 | 3 | 0 | 1
EDG-300 | 边缘计算网关 | Edge gateway | computer | 2350 | 10 | 3 | 5
EDG-500 | 边缘智能推理盒 | Edge inference box | computer | 5980 | 4 | 2 | 1
DAQ-8A | 8 路模拟量采集模块 | 8-channel analogue module | acquisition | 780 | 14 | 5 | 6
DAQ-16D | 16 路数字量模块 | 16-channel digital module | acquisition | 560 | 13 | 4 | 6
DAQ-4T | 4 路热电偶模块 | 4-channel thermocouple module | acquisition | 690 | 9 | 4 | 4
DAQ-USB | 便携采集卡 | Portable acquisition card | acquisition | 1180 | 5 | 9 | 1
LOG-20 | 温湿度记录仪 | Temperature and humidity logger | acquisition | 398 | 11 | 9 | 5
LOG-80 | 多通道数据记录仪 | Multi-channel data logger | acquisition | 2680 | 5 | 1 | 1
RTU-4G | 无线远程终端 | Wireless remote terminal | acquisition | 1360 | 7 | 2 | 5
SEN-T10 | 铂电阻温度传感器 | Platinum temperature sensor | sensor | 128 | 16 | 10 | 20
SEN-P20 | 压力变送器 | Pressure transmitter | sensor | 568 | 12 | 3 | 6
SEN-V30 | 振动传感器 | Vibration sensor | sensor | 980 | 8 | 2 | 6
SEN-L40 | 激光位移传感器 | Laser displacement sensor | sensor | 1860 | 6 | 1 | 2
SEN-H50 | 温湿度变送器 | Humidity transmitter | sensor | 215 | 11 | 6 | 10
SEN-F60 | 电磁流量计 | Electromagnetic flow meter | sensor | 2150 | 6 | 0 | 2
SEN-W70 | 称重传感器 | Load cell | sensor | 456 | 7 | 3 | 4
TST-O2 | 双通道示波器 | 2-channel oscilloscope | instrument | 2980 | 5 | 7 | 1
TST-O4 | 四通道示波器 | 4-channel oscilloscope | instrument | 7650 | 3 | 1 | 1
TST-G1 | 信号发生器 | Signal generator | instrument | 1680 | 4 | 4 | 1
TST-P3 | 可编程直流电源 | Programmable DC supply | instrument | 2260 | 5 | 5 | 1
TST-M6 | 六位半台式万用表 | 6½-digit bench multimeter | instrument | 5380 | 3 | 1 | 1
TST-H1 | 手持万用表 | Handheld multimeter | instrument | 298 | 7 | 16 | 4
TST-C1 | 过程校验仪 | Process calibrator | instrument | 4980 | 4 | 0 | 1
ACC-C05 | 屏蔽信号电缆 5 米 | Shielded cable, 5 m | accessory | 68 | 18 | 14 | 20
ACC-PSU | 24 伏导轨电源 | 24 V DIN-rail supply | accessory | 186 | 15 | 9 | 8
ACC-SSD | 工业级固态硬盘 | Industrial solid-state disk | accessory | 420 | 9 | 5 | 5
ACC-ANT | 吸盘天线 | Magnetic antenna | accessory | 45 | 8 | 8 | 10
ACC-TRM | 接线端子 10 只装 | Terminals, pack of 10 | accessory | 36 | 14 | 12 | 20
ACC-PRB | 示波器探头 | Oscilloscope probe | accessory | 220 | 5 | 9 | 2
ACC-BAT | 记录仪电池 | Logger battery | accessory | 32.5 | 9 | 9 | 12
SVC-CAL | 仪器校准 | Calibration | service | 360 | 13 | 4 | 3
SVC-EXT | 延保一年 | Warranty, one more year | service | 680 | 7 | 2 | 2
SVC-TRN | 现场培训 | On-site training | service | 2400 | 3 | 0 | 1
SVC-INT | 系统调试 | Commissioning | service | 1800 | 5 | 0 | 2
SVC-REP | 维修 | Repair | service | 450 | 6 | 5 | 1
"""


def _read(row: str) -> SampleProduct:
    sku, zh, en, category, price, company, person, pack = (cell.strip() for cell in row.split("|"))
    return SampleProduct(sku, zh, en, category, Decimal(price), int(company), int(person), int(pack))


PRODUCTS: tuple[SampleProduct, ...] = tuple(_read(row) for row in _ROWS.strip().splitlines())
BY_SKU = {one.sku: one for one in PRODUCTS}
LEANINGS: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in """
IPC-610 PPC-150 PPC-210 ACC-SSD SVC-EXT SVC-INT
IPC-220 IPC-120 EDG-300 RTU-4G ACC-ANT ACC-PSU
DAQ-8A DAQ-4T SEN-T10 SEN-P20 SEN-F60 ACC-C05
DAQ-16D SEN-V30 SEN-L40 SEN-W70 EDG-500 ACC-TRM
LOG-20 LOG-80 SEN-H50 ACC-BAT SVC-CAL DAQ-USB
TST-O2 TST-O4 TST-G1 TST-P3 TST-M6 TST-H1 ACC-PRB SVC-CAL
""".strip().splitlines()
)  # what each line of work needs: machines, telemetry, process, handling, storage, laboratory
COMPANIONS = {  # product: the one that it calls for
    "IPC-610": "ACC-SSD", "IPC-220": "ACC-PSU", "RTU-4G": "ACC-ANT", "SEN-P20": "DAQ-8A", "SEN-T10": "DAQ-4T",
    "LOG-20": "ACC-BAT", "TST-O2": "ACC-PRB", "TST-O4": "ACC-PRB", "TST-M6": "SVC-CAL", "SEN-W70": "ACC-TRM",
}  # fmt: skip
