import { type Bilingual } from '../shared/contexts.js';

const en = {
  title: 'Place a call',
  caller: 'Caller',
  callees: 'Callees',
  calleesHint: 'User IDs separated by commas, at most 9.',
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
  progress: {
    placed: 'Placed.',
    waiting: 'Waiting: no callee is online.',
    ringing: 'Ringing.',
    declined: 'Declined.',
    timedOut: 'No answer.',
    cancelled: 'Cancelled.',
  },
  answered: (userIds: string) => `Answered by ${userIds}.`,
  stillRinging: (userIds: string) => `Still ringing: ${userIds}.`,
  placedCall: (callId: string, userIds: string) => `Call ${callId} to ${userIds}`,
  notInvited: (userId: string, code: number) => `${userId} was not invited (${code}).`,
  unknown: (reason: string) =>
    `No readable reply (${reason}). A phone may be ringing: check the phones before you call again.`,
  sameAsCode: 'The same call from your code',
  curl: 'curl',
  typescript: 'TypeScript',
  publicSecret:
    "Needs bash, and md5sum or openssl. The ServerSecret in it is public: it is the one in the vendor's signing examples.",
  ownSecret: (appId: number) =>
    `Needs bash, and md5sum or openssl. Set ZIM_SERVER_SECRET to the ServerSecret of AppID ${appId} before you run it; this page does not have it.`,
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
  progress: {
    placed: '已发起。',
    waiting: '等待中：被叫都不在线。',
    ringing: '正在响铃。',
    declined: '已拒绝。',
    timedOut: '无人接听。',
    cancelled: '已取消。',
  },
  answered: (userIds: string) => `${userIds} 已接听。`,
  stillRinging: (userIds: string) => `仍在响铃：${userIds}。`,
  placedCall: (callId: string, userIds: string) => `呼叫 ${callId}，被叫：${userIds}`,
  notInvited: (userId: string, code: number) => `未能邀请 ${userId}（${code}）。`,
  unknown: (reason: string) =>
    `没有收到可读的响应（${reason}）。手机可能正在响铃：重新呼叫前请先查看手机。`,
  sameAsCode: '用代码完成同样的呼叫',
  curl: 'curl',
  typescript: 'TypeScript',
  publicSecret:
    '需要 bash，以及 md5sum 或 openssl。其中的 ServerSecret 是公开的，来自官方签名示例。',
  ownSecret: (appId) =>
    `需要 bash，以及 md5sum 或 openssl。运行前请将 ZIM_SERVER_SECRET 设为 AppID ${appId} 的 ServerSecret，本页面没有该密钥。`,
};

export const inviteTexts: Bilingual<typeof en> = { en, zh };
