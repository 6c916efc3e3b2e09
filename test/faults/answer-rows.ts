import type { FaultSection } from './fault-row.js';
import {
  once,
  carriedOut,
  timesOut,
  notSent,
  unknown,
  broken,
  late,
  noAnswer,
  openCode,
  throttled,
  nextSlots,
  eachTime,
  otherThrottle,
  row,
  acceptRow,
} from './row-makers.js';

/** What ZIM and its clock say, and what the backend itself does. */
export const answerRows: readonly FaultSection[] = [
  {
    title: ['ZIM answers with a code', 'ZIM 返回错误代码'],
    rows: [
      throttled(7, eachTime, nextSlots),
      throttled(660300005, eachTime, nextSlots),
      throttled(660700001, eachTime, nextSlots),
      row(
        ['code 660300005, throttled once', '代码 660300005，只被限流一次'],
        { fault: { kind: 'code', code: 660300005 }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 1_250 } },
      ),
      ...[660300006, 660500003, 660600004, 660600005, 660600007, 660600010].map((code) =>
        throttled(code, otherThrottle, once),
      ),
      openCode(1, ['a failure inside ZIM', 'ZIM 内部失败']),
      openCode(105001, ['a failure inside ZIM', 'ZIM 内部失败']),
      openCode(660000001, ['a failure inside ZIM', 'ZIM 内部失败']),
      openCode(660000003, ['a failure inside ZIM', 'ZIM 内部失败']),
      openCode(424242, ['which no page explains', '没有文档说明']),
      row(
        ['code 660500002, the caller is not registered', '代码 660500002，主叫未注册'],
        { fromUserId: 'nobody' },
        once,
        { name: 'ZimUserNotRegisteredError', outcome: 'rejected', vendorCode: 660500002 },
      ),
      row(
        ['code 660900003, no callee is registered', '代码 660900003，被叫均未注册'],
        { userIds: ['nobody'] },
        once,
        { name: 'ZimUserNotRegisteredError', outcome: 'rejected', vendorCode: 660900003 },
      ),
    ],
  },
  {
    title: ['Slow', '缓慢'],
    rows: [
      row(
        ['carried out late, within the limit', '延迟执行，未超时'],
        { fault: { kind: 'delay', ms: 2_000 } },
        { ...carriedOut, time: { staysBelow: 'requestTimeoutMs' } },
      ),
      row(
        ['carried out when the limit is over', '超时之后才执行'],
        { fault: { kind: 'delay', ms: 8_000 } },
        { ...carriedOut, time: timesOut },
        late,
      ),
      row(
        ['a reply byte by byte, within the limit', '逐字节应答，未超时'],
        { fault: { kind: 'slow-drip', msPerByte: 10 } },
        { ...carriedOut, time: { staysBelow: 'requestTimeoutMs' } },
      ),
      row(
        ['a reply byte by byte, beyond the limit', '逐字节应答，超时'],
        { fault: { kind: 'slow-drip', msPerByte: 200 } },
        { ...carriedOut, time: timesOut },
        late,
      ),
    ],
  },
  {
    title: ['Clocks', '时钟'],
    rows: [
      row(
        ['code 100000004, and `Date` tells what time it is', '代码 100000004，`Date` 给出正确时间'],
        { aheadSeconds: 900 },
        { attempts: 2, executed: 1, time: 'at once' },
      ),
      row(
        [
          'code 100000004 for one request, by a clock that is off',
          '代码 100000004，单个请求按偏差的时钟判断',
        ],
        { fault: { kind: 'clock-skew', offsetSeconds: -900 }, times: 1 },
        { attempts: 2, executed: 0, time: 'at once' },
        { name: 'ZimAuthError', outcome: 'refused', vendorCode: 100000004 },
      ),
      row(
        [
          "code 100000004, and `Date` is this machine's own time",
          '代码 100000004，`Date` 与本机时间一致',
        ],
        { fault: { kind: 'code', code: 100000004 } },
        once,
        { name: 'ZimAuthError', outcome: 'refused', vendorCode: 100000004 },
      ),
      row(
        ['code 100000004, and `Date` is wrong', '代码 100000004，`Date` 错误'],
        { aheadSeconds: 900, fault: { kind: 'wrong-date', offsetSeconds: 86_400 } },
        { attempts: 2, executed: 0, time: 'at once' },
        { name: 'ZimAuthError', outcome: 'refused', vendorCode: 100000004 },
      ),
      row(
        ['a success with a wrong `Date`', '成功，但 `Date` 错误'],
        { fault: { kind: 'wrong-date', offsetSeconds: 86_400 } },
        carriedOut,
      ),
      row(
        ["ZIM's clock is off by less than 10 minutes", 'ZIM 的时钟偏差不到 10 分钟'],
        { fault: { kind: 'clock-skew', offsetSeconds: -540 } },
        carriedOut,
      ),
    ],
  },
  {
    title: ['Given up here', '本端放弃'],
    rows: [
      row(
        ['aborted before it left', '发出之前被取消'],
        { step: 'aborts before' },
        { ...once, attempts: 0 },
        notSent('ZimConnectionError'),
      ),
      row(
        ['aborted while it waited for a turn', '排队时被取消'],
        { step: 'aborts in the queue' },
        { ...once, attempts: 0 },
        notSent('ZimConnectionError'),
      ),
      row(
        ['aborted after it left', '发出之后被取消'],
        { step: 'aborts after', fault: { kind: 'hang', when: 'after' } },
        carriedOut,
        broken,
      ),
      row(
        ['no turn before the deadline', '时限之前排不到'],
        { step: 'calls without quota left' },
        { ...once, attempts: 0 },
        notSent('ZimRateLimitError'),
      ),
      row(
        ['overtaken by more urgent calls until too late', '被更紧急的呼叫超过，直到来不及'],
        { step: 'is overtaken in the queue' },
        { ...once, attempts: 0, time: { staysBelow: 'deadlineMs' } },
        notSent('ZimRateLimitError'),
      ),
      row(
        ['the module was closed before', '模块此前已关闭'],
        { step: 'closes before' },
        { ...once, attempts: 0 },
        notSent('ZimConnectionError'),
      ),
      row(
        ['the module closes while ZIM does not answer', '模块关闭时 ZIM 没有应答'],
        { step: 'closes after', fault: { kind: 'hang', when: 'after' } },
        { ...carriedOut, time: { endsAt: 'drainMs' } },
        broken,
      ),
    ],
  },
  {
    title: ['`accept`, which is repeated where an invite is not', '`accept` 会重复，而邀请不会'],
    rows: [
      acceptRow(
        ['TCP reset before it was carried out, once', '执行之前 TCP 重置，一次'],
        { fault: { kind: 'reset', when: 'before' }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 200 } },
      ),
      acceptRow(
        ['TCP reset after it was carried out, once', '执行之后 TCP 重置，一次'],
        { fault: { kind: 'reset', when: 'after' }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 200 } },
        unknown('ZimCallStateError', 660900005),
      ),
      acceptRow(
        ['code 660900004, the call could not be read, once', '代码 660900004，一次无法读取呼叫'],
        { fault: { kind: 'code', code: 660900004 }, times: 1 },
        { attempts: 2, executed: 1, time: { waitsMs: 200 } },
      ),
      acceptRow(
        [
          'code 660900004, the call could not be read, each time',
          '代码 660900004，每次都无法读取呼叫',
        ],
        { fault: { kind: 'code', code: 660900004 } },
        { attempts: 3, executed: 0, time: { waitsMs: 600 } },
        { name: 'ZimCallNotFoundError', outcome: 'rejected', vendorCode: 660900004 },
      ),
      acceptRow(
        ['HTML 502 each time', '每次都是 HTML 502'],
        { fault: { kind: 'html-502' } },
        { attempts: 3, executed: 0, time: { waitsMs: 600 } },
        noAnswer,
      ),
      acceptRow(
        ['no answer, each time', '每次都没有应答'],
        { fault: { kind: 'hang', when: 'before' } },
        { attempts: 2, executed: 0, time: { endsAt: 'deadlineMs' } },
        late,
      ),
    ],
  },
];
