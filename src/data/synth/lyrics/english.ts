/** English lyrics. */
import type { Grammar } from './grammar.js';

const list = (text: string): string[] => text.trim().split(/\s+/);

export const english: Grammar = {
  lines: {
    positive: [
      'my heart is {adjective} since you came along',
      'we {verb} together in the {noun} light',
      'every {time} brings a {adjective} {noun}',
      'oh the {noun} is {adjective} and so am i',
      'come and {verb} with me by the {place}',
      'there is {noun} at the {place} this {time}',
      'hold my hand we are {adjective} and {adjective}',
      'i found my {noun} at the {place}',
      'the {thing} in the {place} looks {adjective}',
      'let us {verb} until {time} comes',
      'you {verb} and the whole {place} feels {adjective}',
      'nothing but {noun} for you and me',
    ],
    negative: [
      'my heart is {adjective} since you went away',
      'i {verb} alone in the {noun} and the rain',
      'every {time} ends in {adjective} {noun}',
      'oh the {noun} is {adjective} and so am i',
      'i {verb} and there is nobody at the {place}',
      'there is {noun} at the {place} this {time}',
      'let me go i am {adjective} and {adjective}',
      'i lost my {noun} at the {place}',
      'the {thing} in the {place} looks {adjective}',
      'i only {verb} until {time} comes',
      'you {verb} and the whole {place} feels {adjective}',
      'nothing but {noun} for you and me',
    ],
    neutral: [
      'i walk along the {place} that {time}',
      'the {thing} is standing by the {place}',
      'somebody left a {thing} on the {thing}',
      'we take the train from the {place} to the {place}',
      'they {verb} the {thing} and the {thing}',
      'la la la na na na',
      'there was a {thing} at the {place} last {time}',
      'tell me about the {place} and the {thing}',
      'one more {time} at the {place}',
      'you {verb} the {thing} and i {verb} the {thing}',
      'hey hey it is the {time} again',
      'from the {place} i can see the {thing}',
    ],
  },
  words: {
    adjective: {
      positive:
        list(`happy bright golden sweet gentle joyful glad sunny warm free lucky tender lovely cheerful
        radiant glorious merry blissful hopeful playful brave grateful dazzling splendid shining blessed carefree
        delighted thankful peaceful proud jolly lively fearless smiling wonderful sparkling beloved festive kind`),
      negative:
        list(`lonely broken cold bitter grey sad hollow tired weary heavy lost afraid empty hopeless dark
        wounded bleak gloomy helpless miserable restless haunted numb ashamed forsaken ruined sorry angry jealous
        anxious drowning sleepless desperate dreary frozen mournful tearful worthless cruel scarred`),
      neutral: list('long old small round plain early wide narrow wooden quiet square local usual'),
    },
    noun: {
      positive: list(`joy love sunshine laughter hope delight summer smile paradise treasure blessing spring
        celebration friendship wonder honey rainbow blossom kiss dream gladness harmony sunrise carnival victory
        miracle heaven glory luck fortune embrace melody comfort grace welcome`),
      negative:
        list(`sorrow pain ashes tears winter grief shadow fear regret silence darkness ruin trouble storm
        loneliness anger misery grave nightmare poison thorns wreckage despair betrayal funeral scar blame hunger
        shame agony curse worry heartache smoke farewell`),
      neutral: list('morning paper table number corner letter picture'),
    },
    verb: {
      positive:
        list(`dance smile sing laugh shine fly celebrate kiss bloom cheer play glow rejoice embrace skip
        sparkle thrive hum soar hug`),
      negative: list(`cry weep fall break drown wander suffer tremble bleed mourn fade ache scream shiver sink
        grieve crumble hide despair sob`),
      neutral: list(`carry count open paint move fold bring keep read follow turn build wash borrow measure
        gather sort fetch name find`),
    },
    time: {
      neutral: list(`morning evening sunday monday tuesday friday night afternoon week autumn october april
        midnight noon dawn`),
    },
    place: {
      neutral:
        list(`river station window bridge harbour kitchen market corner garden hill road doorway library
        field valley stairway platform village street tower shore orchard meadow canal balcony square cafe island
        workshop crossing lighthouse museum terrace hallway`),
    },
    thing: {
      neutral:
        list(`table letter bicycle lamp coat map radio bottle ladder suitcase clock newspaper chair basket
        photograph kettle boat ticket umbrella piano mirror blanket bucket hammer jacket postcard lantern cup bell
        shelf carpet notebook engine wheel rope key curtain box fence wagon`),
    },
  },
};
