import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Quota',
  lastSecond: (action: string) => `Arrivals in the last second: ${action}`,
  used: (count: number, limit: number) => `${count} of ${limit}`,
  over: 'above the quota',
  minute: (figures: { total: number; peak: number; refused: number }) =>
    `The last minute: ${figures.total} arrived, at most ${figures.peak} in a second, ${figures.refused} refused by the quota`,
};

const zh: typeof en = {
  title: '配额',
  lastSecond: (action: string) => `最近一秒到达：${action}`,
  used: (count: number, limit: number) => `${count} / ${limit}`,
  over: '超出配额',
  minute: (figures: { total: number; peak: number; refused: number }) =>
    `最近一分钟：到达 ${figures.total} 次，每秒最多 ${figures.peak} 次，因配额被拒 ${figures.refused} 次`,
};

export const quotaTexts: Bilingual<typeof en> = { en, zh };
