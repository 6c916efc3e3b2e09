import { type Bilingual } from '../shared/contexts.js';

const en = {
  title: 'Callbacks',
  url: 'Callback URL',
  urlHint: 'An http:// address on this machine. Leave empty to send no callbacks.',
  set: 'Set',
  none: 'No callbacks yet. Set a URL above, or start the sandbox with --callback-url, then place a call.',
  states: {
    pending: 'Pending',
    delivered: 'Delivered',
    dropped: 'Dropped',
    undeliverable: 'Not sent',
  },
  noUrl: 'no callback URL',
  hadNoUrl: 'no callback URL at that time',
  call: (callId: string) => `Call ${callId}`,
  attempts: 'Attempts',
  nextIn: (seconds: number) => `next in ${seconds} s`,
  then: (seconds: number) => `then ${seconds} s later`,
  body: 'Body',
  resend: 'Resend',
  resending: 'Resending …',
  resent: (status: number) => `Resent: HTTP ${status}.`,
  resentWithoutResponse: 'Resent, but no response arrived:',
  more: (count: number) => `Show more (${count})`,
};

const zh: typeof en = {
  title: '回调',
  url: '回调地址',
  urlHint: '本机的 http:// 地址；留空则不发送回调。',
  set: '设置',
  none: '还没有回调。请在上方填写地址，或以 --callback-url 启动沙箱，然后发起呼叫。',
  states: { pending: '待送达', delivered: '已送达', dropped: '已放弃', undeliverable: '未发送' },
  noUrl: '未设置回调地址',
  hadNoUrl: '当时未设置回调地址',
  call: (callId: string) => `呼叫 ${callId}`,
  attempts: '投递记录',
  nextIn: (seconds: number) => `${seconds} 秒后重试`,
  then: (seconds: number) => `再过 ${seconds} 秒`,
  body: '请求体',
  resend: '重新发送',
  resending: '正在发送…',
  resent: (status: number) => `已重新发送，响应为 HTTP ${status}。`,
  resentWithoutResponse: '已重新发送，没有收到响应：',
  more: (count: number) => `显示更多（${count}）`,
};

export const callbacksTexts: Bilingual<typeof en> = { en, zh };
