import { type Bilingual } from '../texts/language.js';

interface MinuteFigures {
  readonly total: number;
  readonly peak: number;
  readonly refused: number;
  readonly uncounted: number;
}

const en = {
  title: 'Quota',
  lastSecond: (action: string) => `Counted in the last second: ${action}`,
  used: (count: number, limit: number) => `${count} of ${limit}`,
  over: 'above the quota',
  minute: ({ total, peak, refused, uncounted }: MinuteFigures) =>
    `The last minute: ${total} arrived, at most ${peak} in a second, ${refused} refused by the quota${uncounted === 0 ? '' : `; ${uncounted} used no quota (injected fault, or refused before)`}`,
};

const zh: typeof en = {
  title: '配额',
  lastSecond: (action: string) => `最近一秒计入配额：${action}`,
  used: (count: number, limit: number) => `${count} / ${limit}`,
  over: '超出配额',
  minute: ({ total, peak, refused, uncounted }) =>
    `最近一分钟：到达 ${total} 次，每秒最多 ${peak} 次，因配额被拒 ${refused} 次${uncounted === 0 ? '' : `；${uncounted} 次未占用配额（注入故障，或在配额检查之前被拒绝）`}`,
};

export const quotaTexts: Bilingual<typeof en> = { en, zh };
