import { type Bilingual } from '../texts/language.js';

const en = {
  app: 'App',
  language: 'Language',
  scheme: 'Colours',
  schemes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
  times: (offset: string) => `local times, ${offset}`,
  sound: 'Ring aloud',
  connections: { connecting: 'Connecting …', live: 'Live', lost: 'Connection lost' },
  lost: 'The sandbox is unreachable. The page shows the state before the connection was lost, and continues when the sandbox is back.',
  sections: 'Sections',
  section: {
    phones: 'Phones',
    invite: 'Place a call',
    quota: 'Quota',
    faults: 'Faults',
    ledger: 'Requests',
    callbacks: 'Callbacks',
  },
};

const zh: typeof en = {
  app: '应用',
  language: '语言',
  scheme: '配色',
  schemes: { auto: '跟随系统', light: '浅色', dark: '深色' },
  times: (offset: string) => `本地时间，${offset}`,
  sound: '响铃出声',
  connections: { connecting: '正在连接…', live: '实时', lost: '连接已断开' },
  lost: '沙箱没有响应。页面显示的是断开前的状态；沙箱恢复后页面会自动继续。',
  sections: '分区',
  section: {
    phones: '手机',
    invite: '发起呼叫',
    quota: '配额',
    faults: '故障',
    ledger: '请求',
    callbacks: '回调',
  },
};

export const shellTexts: Bilingual<typeof en> = { en, zh };
