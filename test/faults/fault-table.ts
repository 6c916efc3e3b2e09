import type { SandboxFault } from 'zim-sandbox';
import type { Doing, FaultRow, FaultSection, RowError, RowTime, Words } from './fault-row.js';

type ErrorRow = Omit<FaultRow, 'doing' | 'what' | 'error'>;

const once: ErrorRow = { attempts: 1, executed: 0, time: 'at once' };
const carriedOut: ErrorRow = { ...once, executed: 1 };
const unreachable: ErrorRow = { attempts: 3, seen: 0, executed: 0, time: { waitsMs: 600 } };
const timesOut: RowTime = { endsAt: 'requestTimeoutMs' };

const notSent = (name: RowError['name']): RowError => ({ name, outcome: 'not-sent' });
const unknown = (name: RowError['name'], vendorCode?: number): RowError => ({
  name,
  outcome: 'unknown',
  vendorCode,
});
const broken = unknown('ZimConnectionError');
const late = unknown('ZimTimeoutError');
const noAnswer = unknown('ZimProtocolError');

/** A fault of the sandbox that comes before or after the invite is carried out. */
function twoMoments(
  [en, zh]: Words,
  fault: SandboxFault & { readonly when?: 'before' | 'after' },
  error: RowError,
  more: Partial<FaultRow> = {},
  reused?: boolean,
): FaultRow[] {
  return (['before', 'after'] as const).map((when) => ({
    ...once,
    what: [
      `${en}, ${when} the call was made`,
      `${when === 'before' ? '呼叫建立之前' : '呼叫建立之后'}${zh}`,
    ],
    doing: { fault: { ...fault, when }, reused },
    error,
    executed: when === 'after' ? 1 : 0,
    ...more,
  }));
}

function status(code: number): FaultRow[] {
  return twoMoments([`HTTP ${code}`, ` HTTP ${code}`], { kind: 'status', status: code }, noAnswer);
}

/** A code after which ZIM may have done its work: here it has. */
function openCode(code: number, [en, zh]: Words): FaultRow {
  return {
    ...carriedOut,
    what: [`code ${code}, ${en}`, `代码 ${code}，${zh}`],
    doing: { fault: { kind: 'code', code, when: 'after' } },
    error: unknown('ZimServiceError', code),
  };
}

function throttled(code: number, [en, zh]: Words, rest: ErrorRow): FaultRow {
  return {
    ...rest,
    what: [`code ${code}, ${en}`, `代码 ${code}，${zh}`],
    doing: { fault: { kind: 'code', code } },
    error: { name: 'ZimRateLimitError', outcome: 'refused', vendorCode: code },
  };
}

const nextSlots: ErrorRow = { attempts: 3, executed: 0, time: { waitsMs: 2_500 } };
const eachTime: Words = ['throttled each time', '每次都被限流'];
const otherThrottle: Words = ['a throttle of another operation', '其他接口的限流'];

function row(what: Words, doing: Doing, rest: ErrorRow, error?: RowError): FaultRow {
  return { ...rest, what, doing, error };
}

/** Everything that is known to go wrong between a backend and ZIM, and what comes of a call then. */
export const faultTable: readonly FaultSection[] = [
  {
    title: ['It never reached ZIM', '没有到达 ZIM'],
    rows: [
      row(
        ['the name cannot be resolved', '域名无法解析'],
        { place: 'unknown name' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      row(
        ['the connection is refused', '连接被拒绝'],
        { place: 'closed port' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      row(
        ['something that speaks no TLS', '对方不使用 TLS'],
        { place: 'no TLS' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      row(
        ['a certificate that nobody vouches for', '证书不受信任'],
        { place: 'stranger' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      row(
        ['the TLS handshake hangs', 'TLS 握手无响应'],
        { place: 'mute' },
        { attempts: 2, seen: 0, executed: 0, time: { endsAt: 'deadlineMs' } },
        notSent('ZimTimeoutError'),
      ),
    ],
  },
  {
    title: ['The connection broke', '连接中断'],
    rows: [
      ...twoMoments(['no answer', '没有应答'], { kind: 'hang' }, late, { time: timesOut }),
      ...twoMoments(['TCP reset', ' TCP 重置'], { kind: 'reset' }, broken),
      ...twoMoments(['connection closed', '连接关闭'], { kind: 'close' }, broken),
      ...twoMoments(
        ['TCP reset of a reused connection', '复用的连接被重置'],
        { kind: 'reset' },
        broken,
        {},
        true,
      ),
      row(
        ['half a reply, then TCP reset', '应答到一半后 TCP 重置'],
        { fault: { kind: 'half-reply', then: 'reset' } },
        carriedOut,
        broken,
      ),
      row(
        ['half a reply, then silence', '应答到一半后没有下文'],
        { fault: { kind: 'half-reply', then: 'silence' } },
        { ...carriedOut, time: timesOut },
        late,
      ),
      row(
        ['a kept-alive connection closed while idle', '空闲的长连接被关闭'],
        { step: 'stays idle too long' },
        carriedOut,
      ),
    ],
  },
  {
    title: ['A reply that is no answer', '不是应答的响应'],
    rows: [
      ...twoMoments(['HTML 502', ' HTML 502'], { kind: 'html-502' }, noAnswer),
      ...status(500),
      ...status(503),
      ...status(429),
      ...twoMoments(
        ['HTTP 200 and no body', ' HTTP 200 但没有内容'],
        { kind: 'empty-200' },
        noAnswer,
      ),
      row(
        ['JSON cut short', 'JSON 被截断'],
        { fault: { kind: 'truncated-json' } },
        carriedOut,
        noAnswer,
      ),
      row(['invalid JSON', 'JSON 无效'], { fault: { kind: 'invalid-json' } }, carriedOut, noAnswer),
      row(
        ['a redirect, which is not followed', '重定向（不会跟随）'],
        { fault: { kind: 'redirect' } },
        once,
        noAnswer,
      ),
      row(
        ['a reply over 1 MiB, of which no more is read', '响应超过 1 MiB，不再读取'],
        { fault: { kind: 'oversized', bytes: 64 * 2 ** 20 } },
        carriedOut,
        broken,
      ),
      row(
        ['a gzip bomb, which is not inflated', 'gzip 炸弹（不会解压）'],
        { fault: { kind: 'gzip-bomb' } },
        carriedOut,
        noAnswer,
      ),
    ],
  },
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

function acceptRow(what: Words, doing: Doing, rest: ErrorRow, error?: RowError): FaultRow {
  return { ...row(what, doing, rest, error), call: 'accept' };
}
