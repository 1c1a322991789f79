"""The word tables of the caption grammar, and English plurals."""
from __future__ import annotations

import re

NUMBERS_EN = {1: ["one", "1"], 2: ["two", "2", "a pair of"], 3: ["three", "3"], 4: ["four", "4"]}
NUMBERS_ZH = {1: ["一", "1"], 2: ["两", "两", "2"], 3: ["三", "3"], 4: ["四", "4"]}
COLOURS_EN = {
    "white": ["white"], "red": ["red"], "blue": ["blue"], "green": ["green"], "yellow": ["yellow"], "purple": ["purple", "violet"],
    "black": ["black"], "pink": ["pink"], "orange": ["orange"], "brown": ["brown"], "gray": ["gray", "grey"],
}  # fmt: skip
COLOURS_ZH = {
    "white": ["白"], "red": ["红"], "blue": ["蓝"], "green": ["绿"], "yellow": ["黄"], "purple": ["紫"], "black": ["黑"],
    "pink": ["粉", "粉红"], "orange": ["橙", "橘"], "brown": ["棕", "褐"], "gray": ["灰"],
}  # fmt: skip
SIZES_EN = {"small": ["small", "tiny", "little"], "big": ["big", "large", "huge"]}
SIZES_ZH = {"small": ["小小的", "很小的", "小的"], "big": ["大大的", "很大的", "巨大的"]}
GROUNDS_EN = {
    "grass": ["on the grass", "on grass", "in a meadow", "on the lawn", "in a green field"],
    "beach": ["on the beach", "at the beach", "on the sand", "by the sea"],
    "night": ["at night", "under the stars", "under a starry sky", "in the night"],
    "snow": ["in the snow", "on the snow", "in winter", "in a snowy landscape"],
    "underwater": ["under water", "underwater", "in the sea", "in the ocean"],
    "sunset": ["at sunset", "in front of a sunset", "in the evening sun"],
    "street": ["on the street", "in the street", "in the city", "in town"],
    "room": ["in a room", "in the living room", "indoors", "at home"],
    "forest": ["in the forest", "in a forest", "in the woods", "among the trees"],
    "desert": ["in the desert", "in a desert", "among sand dunes"],
    "mountains": ["in the mountains", "in front of mountains", "by the mountains"],
    "space": ["in space", "in outer space", "in the universe"],
    "rain": ["in the rain", "on a rainy day"],
    "table": ["on a table", "on the table", "on a wooden table"],
}  # fmt: skip
GROUNDS_ZH = {
    "grass": ["草地上", "草坪上", "草原上", "绿草地上"], "beach": ["沙滩上", "海滩上", "海边"],
    "night": ["夜空下", "星空下", "夜晚", "夜里"], "snow": ["雪地里", "雪地上", "雪中", "冬天的雪地里"],
    "underwater": ["水下", "海底", "水里", "海里"], "sunset": ["夕阳下", "日落时", "黄昏时"],
    "street": ["街上", "街道上", "马路上", "城市里"], "room": ["房间里", "屋里", "客厅里", "家里"],
    "forest": ["森林里", "树林里", "森林中"], "desert": ["沙漠里", "沙漠中"], "mountains": ["山里", "群山前", "大山前"],
    "space": ["太空中", "太空里", "宇宙中"], "rain": ["雨中", "雨里", "下雨天"], "table": ["桌子上", "桌上", "木桌上"],
}  # fmt: skip
PLAIN_EN = ["on a {} background", "on a {} background", "on {} background", "against a {} background", "with a {} background", "on {}"]
PLAIN_ZH = ["{}色背景上", "{}色背景上", "{}色背景前", "{}背景上", "{}色的背景上"]
STYLES_EN = {"3d": ["3d", "3d rendered"], "flat": ["flat", "flat design"], "cartoon": ["cartoon", "cartoon"]}
STYLES_ZH = {"3d": ["立体", "3D"], "flat": ["扁平", "平面"], "cartoon": ["卡通", "漫画"]}
PLACES_EN = {
    "left": ["on the left", "on the left side", "at the left"], "right": ["on the right", "on the right side", "at the right"],
    "middle": ["in the middle", "in the center", "in the centre"], "top": ["at the top", "on top", "at the upper edge"],
    "bottom": ["at the bottom", "at the lower edge"], "top left": ["in the top left corner", "in the upper left corner", "top left"],
    "top right": ["in the top right corner", "in the upper right corner", "top right"],
    "bottom left": ["in the bottom left corner", "in the lower left corner", "bottom left"],
    "bottom right": ["in the bottom right corner", "in the lower right corner", "bottom right"],
}  # fmt: skip
PLACES_ZH = {
    "left": ["左边", "左侧"], "right": ["右边", "右侧"], "middle": ["中间", "正中间"], "top": ["上面", "上方", "顶部"],
    "bottom": ["下面", "下方", "底部"], "top left": ["左上角"], "top right": ["右上角"], "bottom left": ["左下角"], "bottom right": ["右下角"],
}  # fmt: skip
RELATIONS_EN = {
    "left": ["to the left of", "left of", "on the left of"], "right": ["to the right of", "right of", "on the right of"],
    "above": ["above", "over"], "below": ["below", "under", "beneath"],
}  # fmt: skip
RELATIONS_ZH = {"left": ["左边", "左侧", "左面"], "right": ["右边", "右侧", "右面"], "above": ["上面", "上方"], "below": ["下面", "下方"]}
INVERSE = {"left": "right", "right": "left", "above": "below", "below": "above"}
FILL_EN = ["cute", "beautiful", "lovely", "nice", "pretty", "simple"]  # they change nothing and must do no harm
FILL_ZH = ["可爱的", "漂亮的", "美丽的", "好看的"]
MEDIA_EN = ["picture", "image", "drawing", "illustration", "icon", "painting"]
MEDIA_ZH = ["图片", "插画", "图标", "图画"]

IRREGULAR = {
    "mouse": "mice", "goose": "geese", "ox": "oxen", "knife": "knives", "leaf": "leaves", "wolf": "wolves", "loaf": "loaves",
    "die": "dice", "cactus": "cacti", "man": "men", "snowman": "snowmen", "scarf": "scarves", "elf": "elves", "tooth": "teeth", "foot": "feet",
    "volcano": "volcanoes", "potato": "potatoes", "tomato": "tomatoes", "mango": "mangoes", "axis": "axes", "calf": "calves",
    **{same: same for same in ("fish", "sheep", "deer", "bison", "moose", "shrimp", "squid", "elk", "sushi", "reindeer", "pufferfish",
                               "jellyfish", "blowfish", "crayfish", "aircraft", "dango")},
}  # fmt: skip
SINGULAR_S = {  # end in s and are one
    "bus", "octopus", "cactus", "compass", "cross", "dress", "glass", "iris", "lotus", "walrus", "hibiscus", "circus", "brontosaurus",
    "brachiosaurus", "tyrannosaurus", "platypus", "virus", "asparagus", "santa claus", "minibus", "trolleybus", "oncoming bus", "albatross",
    "hourglass", "magnifying glass", "finished hourglass", "running hourglass", "right tilted magnifying glass", "double helix", "ananas", "abacus",
}  # fmt: skip
UNCOUNTABLE = {  # never "two of them": stuff, weather, and names that are several already
    "garlic", "bread", "cheese", "bacon", "steak", "rice", "curry", "butter", "salt", "honey", "milk", "sake", "ice", "ginger", "corn",
    "fire", "bowling", "ping pong", "badminton", "baseball", "softball",
    "mate", "stew", "paella", "popcorn", "chocolate", "candy", "thunderstorm", "lightning", "rolling on the floor laughing",
    "yarn", "soap", "toilet paper", "moon viewing", "dna", "canned food", "tea", "coffee", "broccoli", "lettuce",
    "spaghetti", "salad", "oden", "sushi", "hot spring", "rice plant", "wine", "beer", "champagne", "whiskey", "soda", "bubble tea",
    "snowflake", "wood", "meat on bone", "sun behind cloud", "sun behind small cloud", "sun behind large cloud", "sun behind rain cloud",
    "volleyball", "ice hockey", "field hockey", "drop of blood", "mahjong tile",
}  # fmt: skip
NO_ARTICLE = {
    "garlic", "bread", "bacon", "rice", "curry", "butter", "salt", "honey", "milk", "sake", "ice", "ginger", "corn", "fire", "rain", "music",
    "camping", "bowling", "golf", "tennis", "ping pong", "badminton", "popcorn", "candy", "lightning", "partly cloudy", "mostly sunny",
    "yarn", "soap", "toilet paper", "moon viewing", "dna", "canned food", "tea", "coffee", "broccoli", "lettuce",
    "spaghetti", "pasta", "sushi", "wood", "beef", "meat", "ham", "poultry", "water", "paper", "mail", "email", "luggage", "glitter", "smoke",
    "rope", "wool", "thread", "steam", "snow", "blood", "medicine", "juice", "apple juice", "milk tea", "boba", "sweets", "chocolate",
    "rock", "dynamite", "mahjong", "hanafuda", "hot tea", "red wine", "wine", "beer", "champagne", "whiskey", "whisky", "lucky money",
    "flying money", "skydiving", "rugby", "cash", "lipstick", "takeout", "maize", "wheat", "lavender", "sakura", "coral", "cutlery",
    "yen", "table tennis", "mist", "karaoke", "boom", "leafy green", "bok choy",
}  # fmt: skip
RECOLOURABLE = {  # one colour makes them; labels
    "car", "bus", "suv", "pickup truck", "delivery truck", "racing car", "scooter", "motorcycle", "bicycle", "kick scooter", "skateboard",
    "roller skate", "train", "tram", "minibus", "tractor", "sailboat", "speedboat", "canoe", "helicopter", "small airplane", "rocket",
    "balloon", "gift", "umbrella", "t shirt", "jeans", "scarf", "gloves", "coat", "socks", "dress", "kimono", "swimsuit", "shorts",
    "blouse", "purse", "handbag", "clutch bag", "backpack", "flip flop", "leather shoe", "sneaker", "high heel", "woman's boot", "flat shoe",
    "sun hat", "military helmet", "lipstick", "telephone", "telephone receiver", "teapot", "red book", "green book", "blue book",
    "orange book", "decorated notebook", "pencil", "pen", "crayon", "pushpin", "map pin", "briefcase", "file folder", "bucket", "toothbrush",
    "toolbox", "shield", "magnet", "kite", "yo yo", "puzzle piece", "boxing glove", "nesting doll", "alarm clock", "watch", "suitcase",
    "tent", "circus tent", "house", "mushroom", "tulip", "rose", "hibiscus", "cherry blossom", "flower", "bird", "butterfly", "fish",
    "octopus", "crab", "dinosaur", "t rex", "turtle", "snake", "dragon", "parrot", "robot", "alien", "ribbon", "yarn", "ticket", 
    "apple", "pear", "bell pepper", "candy", "lollipop", "cupcake", "soda", "oil drum", "mailbox", "chair", "bed", "couch and lamp", "door",
    "screwdriver", "water pistol", "top hat", "running shirt", "safety vest", "necktie", "jellyfish", "snail", "caterpillar",
    "lotion bottle", "wastebasket", "postbox", "fire extinguisher", "bell", "guitar", "drum", "diamond", "envelope", "basketball",
}  # fmt: skip


def plural(name: str) -> str:
    """Of the head noun: `cup of coffee` -> `cups of coffee`, `baby chick` -> `baby chicks`."""
    head, joint, tail = re.match(r"(.+?)((?: of| with| in| on| behind| pointing (?:left|right|up|down)$).*)?$", name).group(1, 2, 2)
    first, _, last = head.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{first} {last}".strip() + (tail or "" if joint else "")


def several_already(name: str) -> bool:
    """A name that is grammatically plural (grapes, skis): no article, no number."""
    last = re.split(r" (?:of|with|in|on|behind) ", name)[0].rpartition(" ")[2]
    if name in SINGULAR_S or last in SINGULAR_S or last.endswith(("ss", "'s")):
        return False
    return last.endswith("s") or last in {"mice", "geese", "cacti", "leaves", "wolves", "dice"}
