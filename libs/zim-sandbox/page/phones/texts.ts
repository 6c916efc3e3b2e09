import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Phones',
};

const zh: typeof en = {
  title: '手机',
};

export const phonesTexts: Bilingual<typeof en> = { en, zh };
