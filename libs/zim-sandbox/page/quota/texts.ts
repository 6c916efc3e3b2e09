import { type Bilingual } from '../shared/contexts.js';

interface MinuteSummary {
  readonly total: number;
  readonly peak: number;
  readonly refused: number;
  readonly uncounted: number;
}

const en = {
  title: 'Quota',
  lastSecond: (action: string) => `${action} requests counted in the last second`,
  used: (count: number, limit: number) => `${count} of ${limit}`,
  over: 'over quota',
  minute: ({ total, peak, refused, uncounted }: MinuteSummary) =>
    `Last minute: ${total} arrived, at most ${peak} in a second, ${refused} refused by the quota${uncounted === 0 ? '' : `; ${uncounted} not counted (injected fault, or refused before the quota check)`}`,
};

const zh: typeof en = {
  title: '配额',
  lastSecond: (action: string) => `最近一秒计入配额的 ${action} 请求`,
  used: (count: number, limit: number) => `${count} / ${limit}`,
  over: '超出配额',
  minute: ({ total, peak, refused, uncounted }) =>
    `最近一分钟：收到 ${total} 次请求，每秒最多 ${peak} 次，超出配额被拒绝 ${refused} 次${uncounted === 0 ? '' : `；${uncounted} 次未计入配额（注入故障，或在配额检查之前被拒绝）`}`,
};

export const quotaTexts: Bilingual<typeof en> = { en, zh };
