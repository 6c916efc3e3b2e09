import { type Bilingual } from '../shared/contexts.js';

const en = {
  app: 'App',
  language: 'Language',
  scheme: 'Colours',
  schemes: { auto: 'System', light: 'Light', dark: 'Dark' },
  times: (offset: string) => `local times, ${offset}`,
  sound: 'Ringtone',
  connections: { connecting: 'Connecting …', live: 'Live', lost: 'Connection lost' },
  lost: 'The sandbox cannot be reached. The page shows the last known state and reconnects automatically.',
  sections: 'Sections',
  section: {
    phones: 'Phones',
    invite: 'Place a call',
    quota: 'Quota',
    faults: 'Faults',
    requests: 'Requests',
    callbacks: 'Callbacks',
  },
};

const zh: typeof en = {
  app: '应用',
  language: '语言',
  scheme: '配色',
  schemes: { auto: '跟随系统', light: '浅色', dark: '深色' },
  times: (offset: string) => `本地时间，${offset}`,
  sound: '铃声',
  connections: { connecting: '正在连接…', live: '实时', lost: '连接已断开' },
  lost: '无法连接沙箱。页面显示的是断开前的状态，并会自动重新连接。',
  sections: '分区',
  section: {
    phones: '手机',
    invite: '发起呼叫',
    quota: '配额',
    faults: '故障',
    requests: '请求',
    callbacks: '回调',
  },
};

export const shellTexts: Bilingual<typeof en> = { en, zh };
