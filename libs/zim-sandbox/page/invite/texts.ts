import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Place a call',
};

const zh: typeof en = {
  title: '发起呼叫',
};

export const inviteTexts: Bilingual<typeof en> = { en, zh };
