/** Chinese lyrics. */
import type { Grammar } from './grammar.js';

const list = (text: string): string[] => text.trim().split(/\s+/);

export const chinese: Grammar = {
  lines: {
    positive: [
      '今夜的{place}格外{adjective}',
      '我们一起在{place}{verb}',
      '{noun}洒满了{place}',
      '你的{noun}让我{adjective}',
      '{adjective}的{noun}陪着我们',
      '{time}的{noun}那么{adjective}',
      '和你一起{verb}到{time}',
      '心里装满了{noun}',
      '牵着你的手{verb}在{place}',
      '我要为你{verb}',
    ],
    negative: [
      '今夜的{place}格外{adjective}',
      '我独自在{place}{verb}',
      '{noun}落满了{place}',
      '你的{noun}让我{adjective}',
      '{adjective}的{noun}缠着我',
      '{time}的{noun}那么{adjective}',
      '一个人{verb}到{time}',
      '心里只剩下{noun}',
      '放开你的手{verb}在{place}',
      '没有人听我{verb}',
    ],
    neutral: [
      '我走过{place}的{time}',
      '桌上放着一{measure}{thing}',
      '从{place}走到{place}',
      '{time}的{place}有一{measure}{thing}',
      '啦啦啦啦啦啦',
      '谁在{place}卖{thing}',
      '他带着{thing}去{place}',
      '又是一个{time}',
      '告诉我{place}在哪里',
      '看见{place}旁边的{thing}',
    ],
  },
  words: {
    adjective: {
      positive:
        list(`快乐 温暖 灿烂 美丽 幸福 甜蜜 明亮 自由 欢喜 温柔 晴朗 可爱 开心 热烈 欢快 喜悦 芬芳 金色
        安心 美好 勇敢 幸运 辉煌 闪亮 亲切 愉快 轻松 满足 爽朗 和煦`),
      negative:
        list(`悲伤 孤单 冰冷 破碎 寂寞 痛苦 黑暗 忧愁 凄凉 绝望 疲惫 迷茫 苦涩 难过 沉重 空虚 心碎 无助
        灰暗 憔悴 荒凉 害怕 悔恨 冷漠 伤感 愤怒 焦虑 凄惨 苍白 麻木`),
    },
    noun: {
      positive:
        list(`阳光 笑容 希望 春风 彩虹 花朵 欢笑 爱情 星光 美梦 祝福 歌声 朝霞 甜梦 喜讯 拥抱 晴天 好运
        花香 笑声 奇迹 团圆 暖意 蜜糖 温情`),
      negative:
        list(`眼泪 寒风 伤痕 黑夜 离别 悲歌 阴影 噩梦 孤独 谎言 灰烬 叹息 冷雨 遗憾 愁云 苦酒 绝境 枯叶
        恐惧 哭声 裂痕 乌云 坟墓 背叛 残雪`),
    },
    verb: {
      positive: list('歌唱 跳舞 微笑 飞翔 欢呼 拥抱 奔跑 庆祝 相爱 欢笑 绽放 嬉戏 团聚 亲吻 祝福'),
      negative: list('哭泣 徘徊 流泪 沉沦 颤抖 叹气 受伤 失眠 流浪 坠落 后悔 哀号 凋谢 挣扎 逃避'),
      neutral: list('散步 读书 等车 写信 聊天 买菜 画画 洗衣'),
    },
    time: {
      neutral: list('清晨 黄昏 夜晚 午后 周末 秋天 四月 十月 星期天 午夜 昨天 今天'),
    },
    place: {
      neutral:
        list(`窗前 河边 街角 车站 山谷 海边 桥上 小巷 花园 广场 田野 门口 港口 屋顶 村庄 市场 图书馆 码头
        校园 阳台 路口 厨房 楼梯 湖畔 城墙`),
    },
    thing: {
      neutral:
        list(`茶 信 地图 雨伞 水果 报纸 椅子 照片 单车 灯 收音机 瓶子 钟 书 篮子 纸船 钥匙 镜子 毛毯 车票
        箱子 石头 铃铛 帽子 木梯`),
    },
    measure: { neutral: list('件 个 只 种') },
  },
};
