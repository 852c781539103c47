"""Invented names that read like real ones.

The first character of every organisation's own word is one of 拟样例试测仿 ("mock, sample,
trial"): a recognisable mark that no registered brand is meant. Persons' names are made from short
lists of common characters and mean nobody.
"""

from typing import Final

from nbcredit.samples.dice import Dice

MARKS: Final = "拟样例试测仿"
_MIDDLES: Final = "澜舟汐帆岚汀屿桥枫泽川岭溪湾港潮浦甬江鹭杉禾麦棠竹松榕樟桐柏"
_ENDINGS: Final = "丰达源信和顺宁泰盛晟宇铭凯嘉瑞诚恒朗逸辰越博远卓启航联创汇腾"
TRADES: Final = (
    "贸易", "精密机械", "电子科技", "模具制造", "服饰", "文具", "建筑工程", "物流", "食品",
    "新材料", "汽车零部件", "环保设备", "餐饮管理", "物业服务", "国际货运代理", "塑料制品",
    "五金制品", "海洋科技", "信息技术", "装饰工程", "化工", "纺织", "农业开发", "医疗器械",
)  # fmt: skip
SHOPS: Final = (
    "小吃店", "便利店", "五金店", "理发店", "水产店", "汽车修理部", "副食品店", "服装店",
    "早餐店", "烟酒店", "电器维修部", "花店",
)  # fmt: skip
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜"
    "叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺"
    "毛郝顾龚邵万钱严武戴莫孔向汤虞竺励"
)
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文建国志海波宁甬光荣春梅红珍爱莲"
    "德福根生阿毛康永祥瑞金宝庆裕才善良忠义仁礼智信朝晖晓东雪峰立新"
)
# Two letters after the mark, or three: words enough for a city, in no visible order.
_WORDS: Final = len(MARKS) * len(_MIDDLES) * len(_ENDINGS) * (len(_ENDINGS) + 1)
_WORD_STEP: Final = 7919


def organisation_word(number: int) -> str:
    """Return the own word of the organisation with this number; equal numbers, equal words."""
    rest, mark = divmod(number * _WORD_STEP % _WORDS, len(MARKS))
    rest, middle = divmod(rest, len(_MIDDLES))
    last, ending = divmod(rest, len(_ENDINGS))
    word = MARKS[mark] + _MIDDLES[middle] + _ENDINGS[ending]
    return word + _ENDINGS[last - 1] if last else word


def company_name(number: int, dice: Dice) -> str:
    return f"宁波{organisation_word(number)}{dice.pick(TRADES)}有限公司"


def cooperative_name(number: int, district: str) -> str:
    return f"宁波市{district}{organisation_word(number)}农产品专业合作社"


def shop_name(number: int, district: str, dice: Dice) -> str:
    return f"宁波市{district}{organisation_word(number)}{dice.pick(SHOPS)}"


def person_name(dice: Dice) -> str:
    given = dice.pick(_GIVEN)
    if dice.chance(0.7):
        given += dice.pick(_GIVEN)
    return dice.pick(_SURNAMES) + given
