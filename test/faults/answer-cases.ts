import type { FaultSection } from './fault-case.js';
import {
  once,
  executed,
  atTimeLimit,
  notSent,
  unknown,
  connectionError,
  timeoutError,
  protocolError,
  unclearCode,
  throttled,
  nextSlots,
  eachTime,
  otherThrottle,
  faultCase,
  acceptCase,
} from './case-builders.js';

/** Faults in what ZIM answers and when, in clocks, and in the backend itself. */
export const answerCases: readonly FaultSection[] = [
  {
    title: ['ZIM answers with a code', 'ZIM 返回错误代码'],
    cases: [
      throttled(7, eachTime, nextSlots),
      throttled(660300005, eachTime, nextSlots),
      throttled(660700001, eachTime, nextSlots),
      faultCase(
        ['code 660300005, throttled once', '代码 660300005，只被限流一次'],
        { fault: { kind: 'code', code: 660300005 }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 1_250 } },
      ),
      ...[660300006, 660500003, 660600004, 660600005, 660600007, 660600010].map((code) =>
        throttled(code, otherThrottle, once),
      ),
      unclearCode(1, ['an internal failure of ZIM', 'ZIM 内部失败']),
      unclearCode(105001, ['an internal failure of ZIM', 'ZIM 内部失败']),
      unclearCode(660000001, ['an internal failure of ZIM', 'ZIM 内部失败']),
      unclearCode(660000003, ['an internal failure of ZIM', 'ZIM 内部失败']),
      unclearCode(424242, ['undocumented', '没有文档说明']),
      faultCase(
        ['code 660500002, the caller is not registered', '代码 660500002，主叫未注册'],
        { fromUserId: 'unregistered' },
        once,
        { name: 'ZimUserNotRegisteredError', outcome: 'rejected', vendorCode: 660500002 },
      ),
      faultCase(
        ['code 660900003, no callee is registered', '代码 660900003，被叫均未注册'],
        { userIds: ['unregistered'] },
        once,
        { name: 'ZimUserNotRegisteredError', outcome: 'rejected', vendorCode: 660900003 },
      ),
    ],
  },
  {
    title: ['Slow', '缓慢'],
    cases: [
      faultCase(
        ['executed late, within the limit', '延迟执行，未超时'],
        { fault: { kind: 'delay', ms: 2_000 } },
        { ...executed, time: { staysBelow: 'requestTimeoutMs' } },
      ),
      faultCase(
        ['executed after the limit', '超时之后才执行'],
        { fault: { kind: 'delay', ms: 8_000 } },
        { ...executed, time: atTimeLimit },
        timeoutError,
      ),
      faultCase(
        ['a reply byte by byte, within the limit', '逐字节响应，未超时'],
        { fault: { kind: 'slow-drip', msPerByte: 10 } },
        { ...executed, time: { staysBelow: 'requestTimeoutMs' } },
      ),
      faultCase(
        ['a reply byte by byte, beyond the limit', '逐字节响应，超时'],
        { fault: { kind: 'slow-drip', msPerByte: 200 } },
        { ...executed, time: atTimeLimit },
        timeoutError,
      ),
    ],
  },
  {
    title: ['Clocks', '时钟'],
    cases: [
      faultCase(
        ['code 100000004, and `Date` has the right time', '代码 100000004，`Date` 给出正确时间'],
        { aheadSeconds: 900 },
        { attempts: 2, executed: 1, time: 'at once' },
      ),
      faultCase(
        [
          'code 100000004 for one request, by a wrong clock',
          '代码 100000004，单个请求按偏差的时钟判断',
        ],
        { fault: { kind: 'clock-skew', offsetSeconds: -900 }, times: 1 },
        { attempts: 2, executed: 0, time: 'at once' },
        { name: 'ZimAuthError', outcome: 'refused', vendorCode: 100000004 },
      ),
      faultCase(
        [
          "code 100000004, and `Date` agrees with this machine's clock",
          '代码 100000004，`Date` 与本机时间一致',
        ],
        { fault: { kind: 'code', code: 100000004 } },
        once,
        { name: 'ZimAuthError', outcome: 'refused', vendorCode: 100000004 },
      ),
      faultCase(
        ['code 100000004, and `Date` is wrong', '代码 100000004，`Date` 错误'],
        { aheadSeconds: 900, fault: { kind: 'wrong-date', offsetSeconds: 86_400 } },
        { attempts: 2, executed: 0, time: 'at once' },
        { name: 'ZimAuthError', outcome: 'refused', vendorCode: 100000004 },
      ),
      faultCase(
        ['a success with a wrong `Date`', '成功，但 `Date` 错误'],
        { fault: { kind: 'wrong-date', offsetSeconds: 86_400 } },
        executed,
      ),
      faultCase(
        ["ZIM's clock is off by less than 10 minutes", 'ZIM 的时钟偏差不到 10 分钟'],
        { fault: { kind: 'clock-skew', offsetSeconds: -540 } },
        executed,
      ),
    ],
  },
  {
    title: ['Stopped by the backend', '由后端停止'],
    cases: [
      faultCase(
        ['aborted before it was sent', '发送之前被取消'],
        { step: 'aborts before' },
        { ...once, attempts: 0 },
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['aborted while waiting for a permit', '排队时被取消'],
        { step: 'aborts in the queue' },
        { ...once, attempts: 0 },
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['aborted after it was sent', '发送之后被取消'],
        { step: 'aborts after', fault: { kind: 'hang', when: 'after' } },
        executed,
        connectionError,
      ),
      faultCase(
        ['no slot in the quota before the deadline', '时限之前没有配额'],
        { step: 'calls without quota left' },
        { ...once, attempts: 0 },
        notSent('ZimRateLimitError'),
      ),
      faultCase(
        ['overtaken by urgent calls until its deadline', '被紧急呼叫超过，直到时限'],
        { step: 'is overtaken in the queue' },
        { ...once, attempts: 0, time: { staysBelow: 'deadlineMs' } },
        notSent('ZimRateLimitError'),
      ),
      faultCase(
        ['the module was already closed', '模块此前已关闭'],
        { step: 'closes before' },
        { ...once, attempts: 0 },
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['the module closes while ZIM does not reply', '模块关闭时 ZIM 没有响应'],
        { step: 'closes after', fault: { kind: 'hang', when: 'after' } },
        { ...executed, time: { endsAt: 'drainMs' } },
        connectionError,
      ),
    ],
  },
  {
    title: ['`accept`, which is repeated although an invite is not', '`accept` 会重复，而邀请不会'],
    cases: [
      acceptCase(
        ['TCP reset before execution, once', '执行之前 TCP 重置，一次'],
        { fault: { kind: 'reset', when: 'before' }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 200 } },
      ),
      acceptCase(
        ['TCP reset after execution, once', '执行之后 TCP 重置，一次'],
        { fault: { kind: 'reset', when: 'after' }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 200 } },
        unknown('ZimCallStateError', 660900005),
      ),
      acceptCase(
        ['code 660900004, the call could not be read, once', '代码 660900004，一次无法读取呼叫'],
        { fault: { kind: 'code', code: 660900004 }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 200 } },
      ),
      acceptCase(
        [
          'code 660900004, the call could not be read, each time',
          '代码 660900004，每次都无法读取呼叫',
        ],
        { fault: { kind: 'code', code: 660900004 } },
        { attempts: 3, executed: 0, time: { waitsMs: 600 } },
        { name: 'ZimCallNotFoundError', outcome: 'rejected', vendorCode: 660900004 },
      ),
      acceptCase(
        ['HTML 502 each time', '每次都是 HTML 502'],
        { fault: { kind: 'html-502' } },
        { attempts: 3, executed: 0, time: { waitsMs: 600 } },
        protocolError,
      ),
      acceptCase(
        ['no reply, each time', '每次都没有响应'],
        { fault: { kind: 'hang', when: 'before' } },
        { attempts: 2, executed: 0, time: { endsAt: 'deadlineMs' } },
        timeoutError,
      ),
    ],
  },
];
