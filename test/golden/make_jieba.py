"""jieba's words and OpenCC's traditional forms of lines by template: jieba.json.

    pip install jieba==0.42.1 opencc==1.4.2 numpy==2.4.6
    python test/golden/make_jieba.py
    python test/golden/make_jieba.py --all FILE    # every word of the dictionary and all lines, for bench/segmentation.ts

Each entry is a text and its words, joined by "/", with the hidden Markov model and without. The lines are templates
filled with words of jieba's dictionary, drawn by a seeded generator; jieba.json holds every LINE_STEP-th of them, every
TRADITIONAL_STEP-th in traditional characters, and every WORD_STEP-th word of the dictionary.
"""

import json
import random
import sys
from pathlib import Path

import jieba
import opencc
from golden import FOLDER, check_versions

PINNED = {"jieba": "0.42.1", "opencc": "1.4.2", "numpy": "2.4.6"}
check_versions(PINNED)
jieba.setLogLevel(60)

LINES = 10_000
LINE_STEP = 40
TRADITIONAL_STEP = 5
WORD_STEP = 700

TEMPLATES = [
    "我{v}过{n}的{n}",
    "{n}里的{n}在{v}",
    "你说{a}的{n}，{v}不回{n}",
    "{name}在{ns}{v}{n}",
    "{n}{n}，{n}{n}，一个人{v}",
    "如果{n}能{v}，我愿意{v}{d}年",
    "baby {n}{v} tonight，别{v}",
    "{d}点{d}分，{ns}的{n}很{a}",
    "谁的{n}{v}了谁的{n}",
    "{name}和{name}{v}着{a}的{n}",
    "把{n}{v}成{n}，把{n}{v}在{ns}",
    "la la la {a}{n}",
]
GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚桂英晓雨晨欣子轩梓涵嘉怡"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def dictionary():
    path = Path(jieba.__file__).parent / "dict.txt"
    return [line.split(" ") for line in path.read_text(encoding="utf8").splitlines()]


def lines(entries):
    draw = random.Random(1)
    common = {}
    for word, count, tag in entries:
        if int(count) >= 100 and len(word) <= 4 and all("\u4e00" <= c <= "\u9fd5" for c in word):
            common.setdefault(tag[:2].strip(), []).append(word)

    def fill(slot):
        if slot == "name":
            return draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.choice((1, 2))))
        return str(draw.randrange(1, 60)) if slot == "d" else draw.choice(common[slot])

    for _ in range(LINES):
        pieces = draw.choice(TEMPLATES).replace("}", "{").split("{")
        yield "".join(fill(piece) if i % 2 else piece for i, piece in enumerate(pieces))


def cut(text):
    return [text, "/".join(jieba.cut(text)), "/".join(jieba.cut(text, HMM=False))]


def main():
    entries = dictionary()
    words = [entry[0] for entry in entries]
    made = list(lines(entries))
    if sys.argv[1:2] == ["--all"]:
        with open(sys.argv[2], "w", encoding="utf8") as file:
            for text in words + made:
                file.write(json.dumps(cut(text), ensure_ascii=False) + "\n")
        return
    taiwan = opencc.OpenCC("s2tw")
    back = opencc.OpenCC("tw2s")
    traditional = made[::TRADITIONAL_STEP]
    result = {
        "made": {"script": "test/golden/make_jieba.py", "versions": PINNED, "python": sys.version.split()[0]},
        "words": [cut(word) for word in words[::WORD_STEP]],
        "lines": [cut(line) for line in made[::LINE_STEP]],
        "traditional": [[line, taiwan.convert(line), back.convert(taiwan.convert(line))] for line in traditional],
    }
    path = FOLDER / "jieba.json"
    parts = ",\n".join(f' "{name}": {json.dumps(part, ensure_ascii=False)}' for name, part in result.items())
    path.write_text(f"{{\n{parts}\n}}\n", encoding="utf8")
    print(f"{path.name}: {path.stat().st_size} bytes")


main()
