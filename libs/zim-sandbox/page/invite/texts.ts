import { type Bilingual } from '../texts/language.js';

const en = {
  title: 'Place a call',
  caller: 'Caller',
  callees: 'Callees',
  calleesHint: 'User ids with commas between them, at most 9.',
  known: 'Users to call',
  ringTime: 'Ring time (seconds)',
  ringTimeHint: '0 to 600; 0 or empty: 90.',
  extendedData: 'Extended data',
  bytes: (count: number) => `${count} of 2048 bytes`,
  push: 'Offline push',
  pushTitle: 'Push title',
  pushContent: 'Push content',
  call: 'Call',
  calling: 'Calling …',
  code: 'Code',
  rings: (callId: string, userIds: string) => `Ringing. Call ${callId} to ${userIds}`,
  notInvited: (userId: string, code: number) => `${userId} was not invited (${code}).`,
  unknown: (reason: string) =>
    `No answer that can be read (${reason}). It may be ringing: look at the phones, and do not just call again.`,
  failed: 'The sandbox could not be reached.',
  equals: 'The same from your code',
  curl: 'curl',
  typescript: 'TypeScript',
  secretHint: 'Needs bash, md5sum or openssl, and the ServerSecret in ZIM_SERVER_SECRET.',
};

const zh: typeof en = {
  title: '发起呼叫',
  caller: '主叫',
  callees: '被叫',
  calleesHint: '用户 ID，以英文逗号分隔，最多 9 个。',
  known: '可呼叫的用户',
  ringTime: '响铃时长（秒）',
  ringTimeHint: '0 到 600；0 或留空为 90。',
  extendedData: '扩展数据',
  bytes: (count: number) => `${count} / 2048 字节`,
  push: '离线推送',
  pushTitle: '推送标题',
  pushContent: '推送内容',
  call: '呼叫',
  calling: '正在呼叫…',
  code: '返回码',
  rings: (callId: string, userIds: string) => `正在响铃。呼叫 ${callId}，被叫：${userIds}`,
  notInvited: (userId: string, code: number) => `未能邀请 ${userId}（${code}）。`,
  unknown: (reason: string) =>
    `没有收到可读的应答（${reason}）。手机可能正在响铃：请先看手机，不要直接重拨。`,
  failed: '无法连接沙箱。',
  equals: '用代码完成同样的呼叫',
  curl: 'curl',
  typescript: 'TypeScript',
  secretHint: '需要 bash、md5sum 或 openssl，并在 ZIM_SERVER_SECRET 中提供 ServerSecret。',
};

export const inviteTexts: Bilingual<typeof en> = { en, zh };
