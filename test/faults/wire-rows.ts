import type { FaultSection } from './fault-row.js';
import {
  once,
  carriedOut,
  unreachable,
  timesOut,
  notSent,
  broken,
  late,
  noAnswer,
  twoMoments,
  status,
  row,
} from './row-makers.js';

/** What happens on the way to ZIM and back. */
export const wireRows: readonly FaultSection[] = [
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
];
