import { type RefusalCause } from '../../src/core/reply.js';
import { type Bilingual } from '../shared/contexts.js';

interface FixTexts {
  readonly causes: Readonly<Record<RefusalCause, string>>;
  readonly injectedClock: string;
}

const en: FixTexts = {
  causes: {
    'quota-exceeded': 'Send fewer requests per second, or wait a second and send it again.',
    'action-not-emulated': 'Test this Action against ZIM: the sandbox does not emulate it.',
    'nonce-format': 'Generate 16 random hex digits for each request.',
    'nonce-reused': 'Generate a new SignatureNonce for each request.',
    'timestamp-behind':
      'Sign each request just before you send it. If you already do, correct the clock of the machine that signs.',
    'timestamp-ahead': 'Correct the clock of the machine that signs.',
    'timestamp-milliseconds': 'Send the Timestamp in seconds, and sign that value.',
    'signature-uppercase': 'Write the hex digits of the Signature in lower case.',
    'signature-order': 'Concatenate in this order: AppId, SignatureNonce, ServerSecret, Timestamp.',
    'signature-milliseconds': 'Sign the Timestamp that you send, in seconds.',
    'signature-nonce-encoding': 'Percent-encode the SignatureNonce: + becomes %2B.',
    'signature-secret-line-break': 'Remove the line break after the ServerSecret.',
    'signature-secret-quotes': 'Remove the quotes around the ServerSecret.',
    'signature-base64': 'Write the MD5 as 32 hex digits instead of base64.',
    'signature-sha': 'Use MD5.',
    'signature-form': 'Send the MD5 as 32 hex digits in lower case.',
  },
  injectedClock:
    'Your clock is correct: the fault moved the clock of the sandbox. Take the time from the Date header of the reply and sign again, or remove the rule.',
};

const zh: FixTexts = {
  causes: {
    'quota-exceeded': '降低每秒请求数，或等待一秒后重新发送。',
    'action-not-emulated': '沙箱没有实现该 Action，请对 ZIM 测试。',
    'nonce-format': '使用 16 位十六进制数字，每次请求都重新生成。',
    'nonce-reused': '每次请求都生成新的 SignatureNonce。',
    'timestamp-behind': '在发送前即时签名；若已如此，请校准签名机器的时钟。',
    'timestamp-ahead': '校准签名机器的时钟。',
    'timestamp-milliseconds': 'Timestamp 改为以秒为单位，并用该值签名。',
    'signature-uppercase': 'Signature 的十六进制数字应为小写。',
    'signature-order': '按此顺序拼接：AppId、SignatureNonce、ServerSecret、Timestamp。',
    'signature-milliseconds': '用发送的 Timestamp（以秒为单位）签名。',
    'signature-nonce-encoding': '对 SignatureNonce 做百分号编码：+ 应写作 %2B。',
    'signature-secret-line-break': '去掉 ServerSecret 末尾的换行。',
    'signature-secret-quotes': '去掉 ServerSecret 两侧的引号。',
    'signature-base64': 'MD5 应写成 32 位十六进制数字，而不是 base64。',
    'signature-sha': '使用 MD5。',
    'signature-form': 'Signature 应为 32 位小写十六进制的 MD5。',
  },
  injectedClock:
    '你的时钟没有问题：注入的故障拨动了沙箱的时钟。请按响应的 Date 头重新签名，或移除该规则。',
};

export const fixTexts: Bilingual<FixTexts> = { en, zh };
