import type { FaultSection } from './fault-case.js';
import {
  once,
  executed,
  unreachable,
  atTimeLimit,
  notSent,
  connectionError,
  timeoutError,
  protocolError,
  beforeAndAfter,
  status,
  faultCase,
} from './case-builders.js';

/** Faults on the way to ZIM and back. */
export const wireCases: readonly FaultSection[] = [
  {
    title: ['The request never reached ZIM', '请求没有到达 ZIM'],
    cases: [
      faultCase(
        ['the name cannot be resolved', '域名无法解析'],
        { destination: 'unknown name' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['the connection is refused', '连接被拒绝'],
        { destination: 'closed port' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['the server does not use TLS', '对方不使用 TLS'],
        { destination: 'no TLS' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['the certificate is not trusted', '证书不受信任'],
        { destination: 'untrusted certificate' },
        unreachable,
        notSent('ZimConnectionError'),
      ),
      faultCase(
        ['the TLS handshake hangs', 'TLS 握手无响应'],
        { destination: 'silent server' },
        { attempts: 2, arrived: 0, executed: 0, time: { endsAt: 'deadlineMs' } },
        notSent('ZimTimeoutError'),
      ),
    ],
  },
  {
    title: ['The connection broke', '连接中断'],
    cases: [
      ...beforeAndAfter(['no reply', '没有响应'], { kind: 'hang' }, timeoutError, {
        time: atTimeLimit,
      }),
      ...beforeAndAfter(['TCP reset', ' TCP 重置'], { kind: 'reset' }, connectionError),
      ...beforeAndAfter(['connection closed', '连接关闭'], { kind: 'close' }, connectionError),
      ...beforeAndAfter(
        ['TCP reset of a reused connection', '复用的连接被重置'],
        { kind: 'reset' },
        connectionError,
        {},
        true,
      ),
      faultCase(
        ['half a reply, then TCP reset', '响应到一半后 TCP 重置'],
        { fault: { kind: 'half-reply', then: 'reset' } },
        executed,
        connectionError,
      ),
      faultCase(
        ['half a reply, then silence', '响应到一半后没有下文'],
        { fault: { kind: 'half-reply', then: 'silence' } },
        { ...executed, time: atTimeLimit },
        timeoutError,
      ),
      faultCase(
        ['a kept-alive connection closed while idle', '空闲的长连接被关闭'],
        { step: 'stays idle too long' },
        executed,
      ),
    ],
  },
  {
    title: ['An unreadable reply', '无法读取的响应'],
    cases: [
      ...beforeAndAfter(['HTML 502', ' HTML 502'], { kind: 'html-502' }, protocolError),
      ...status(500),
      ...status(503),
      ...status(429),
      ...beforeAndAfter(
        ['HTTP 200 and no body', ' HTTP 200 但没有内容'],
        { kind: 'empty-200' },
        protocolError,
      ),
      faultCase(
        ['JSON cut short', 'JSON 被截断'],
        { fault: { kind: 'truncated-json' } },
        executed,
        protocolError,
      ),
      faultCase(
        ['invalid JSON', 'JSON 无效'],
        { fault: { kind: 'invalid-json' } },
        executed,
        protocolError,
      ),
      faultCase(
        ['a redirect, which is not followed', '重定向（不会跟随）'],
        { fault: { kind: 'redirect' } },
        once,
        protocolError,
      ),
      faultCase(
        ['a reply over 1 MiB, of which no more is read', '响应超过 1 MiB，不再读取'],
        { fault: { kind: 'oversized', bytes: 64 * 2 ** 20 } },
        executed,
        connectionError,
      ),
      faultCase(
        ['a gzip bomb, which is not inflated', 'gzip 炸弹（不会解压）'],
        { fault: { kind: 'gzip-bomb' } },
        executed,
        protocolError,
      ),
    ],
  },
];
