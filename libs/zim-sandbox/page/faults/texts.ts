import { type Bilingual } from '../shared/contexts.js';
import { type PresetName } from './fault-rules.js';

const presets: Record<PresetName, { name: string; meaning: string }> = {
  replyLost: {
    name: 'Reply lost',
    meaning: 'The next invite rings phones, but its reply is lost.',
  },
  halfReply: {
    name: 'Half a reply',
    meaning: 'The next invite rings phones, but half its reply is lost.',
  },
  throttled: {
    name: 'Throttled for 5 s',
    meaning: 'Every request is refused (660300005).',
  },
  clockOff: {
    name: 'Clock 11 min off',
    meaning: 'Every signature is expired (100000004) until you remove the rule.',
  },
  slow: { name: 'Slow', meaning: 'The next invite is executed 3 s late.' },
};

const en = {
  title: 'Faults and clock',
  presets,
  active: 'Rules',
  none: 'No fault rules.',
  allRequests: 'all requests',
  hits: (hits: number, times: number | undefined) =>
    times === undefined ? `hits: ${hits}` : `hits: ${hits} of ${times}`,
  usedUp: 'used up',
  secondsLeft: (seconds: number) => `${seconds} s left`,
  remove: 'Remove',
  removeRule: (id: number) => `Remove rule ${id}`,
  removeAll: 'Remove all',
  clock: 'Clock',
  now: 'Sandbox time',
  ahead: (seconds: number) => `${seconds} s ahead of this machine`,
  same: 'same as this machine',
  seconds: 'Seconds',
  advance: 'Advance',
  advanceBy: { 10: '+10 s', 60: '+1 min', 660: '+11 min' },
  advancing: 'Advancing …',
  forwardOnly:
    'The clock only moves forward. Timeouts and retries that are due in between take place.',
  reset: 'Reset sandbox',
  resetHint: 'Removes calls, requests, callbacks, and the users and rules added since the start.',
  resetConfirm: 'Confirm reset',
  resetCancel: 'Cancel',
};

const zhPresets: typeof presets = {
  replyLost: { name: '响应丢失', meaning: '下一次邀请会让手机响铃，但收不到响应。' },
  halfReply: { name: '只有一半响应', meaning: '下一次邀请会让手机响铃，但只收到一半响应。' },
  throttled: { name: '限流 5 秒', meaning: '所有请求都被拒绝（660300005）。' },
  clockOff: {
    name: '时钟偏差 11 分钟',
    meaning: '移除规则之前，所有签名都视为过期（100000004）。',
  },
  slow: { name: '变慢', meaning: '下一次邀请延迟 3 秒执行。' },
};

const zh: typeof en = {
  title: '故障与时钟',
  presets: zhPresets,
  active: '规则',
  none: '没有故障规则。',
  allRequests: '所有请求',
  hits: (hits: number, times: number | undefined) =>
    times === undefined ? `命中 ${hits} 次` : `命中 ${hits} / ${times} 次`,
  usedUp: '已用完',
  secondsLeft: (seconds: number) => `还剩 ${seconds} 秒`,
  remove: '移除',
  removeRule: (id: number) => `移除规则 ${id}`,
  removeAll: '全部移除',
  clock: '时钟',
  now: '沙箱时间',
  ahead: (seconds: number) => `比本机快 ${seconds} 秒`,
  same: '与本机一致',
  seconds: '秒数',
  advance: '快进',
  advanceBy: { 10: '+10 秒', 60: '+1 分钟', 660: '+11 分钟' },
  advancing: '正在快进…',
  forwardOnly: '时钟只能向前。其间到期的超时和重试都会执行。',
  reset: '重置沙箱',
  resetHint: '清除呼叫、请求、回调，以及启动后添加的用户和规则。',
  resetConfirm: '确认重置',
  resetCancel: '取消',
};

export const faultsTexts: Bilingual<typeof en> = { en, zh };
