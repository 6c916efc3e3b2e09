import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Quota',
};

const zh: typeof en = {
  title: '配额',
};

export const quotaTexts: Bilingual<typeof en> = { en, zh };
