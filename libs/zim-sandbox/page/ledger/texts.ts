import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Requests',
};

const zh: typeof en = {
  title: '请求',
};

export const ledgerTexts: Bilingual<typeof en> = { en, zh };
