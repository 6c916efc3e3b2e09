import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Faults and clock',
};

const zh: typeof en = {
  title: '故障与时钟',
};

export const faultsTexts: Bilingual<typeof en> = { en, zh };
