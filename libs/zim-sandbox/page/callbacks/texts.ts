import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Callbacks',
};

const zh: typeof en = {
  title: '回调',
};

export const callbacksTexts: Bilingual<typeof en> = { en, zh };
