import { Buffer } from 'node:buffer';
import { Agent, request } from 'node:http';

/**
 * Sends calls as a backend does that calls ZIM by hand. A call that ZIM refuses is reported as refused, and not sent
 * again.
 *
 * @param {string} receiverUrl
 */
export function createSender(receiverUrl) {
  const agent = new Agent({ keepAlive: true });
  let sent = 0;
  return {
    /** @returns {Promise<import('../index.mjs').JobOutcome>} */
    async send(job) {
      sent += 1;
      const { Code } = await post(receiverUrl, agent, bodyOf(job));
      return Code === 0 ? { outcome: 'done' } : { outcome: 'refused', vendorCode: Code };
    },
    figures: () => ({ sent }),
    close: () => agent.destroy(),
  };
}

/**
 * Calls leave in the order they come, each as soon as there is room for it.
 *
 * @param {ReturnType<typeof createSender>} sender
 * @param {() => Promise<void>} waitForRoom
 */
export function sendInTurn(sender, waitForRoom) {
  let turn = Promise.resolve();
  return async (job) => {
    turn = turn.then(waitForRoom);
    await turn;
    return sender.send(job);
  };
}

function bodyOf({ process, tenant, id }) {
  return JSON.stringify({
    FromUserId: 'caller',
    UserIds: ['callee'],
    ExtendedData: JSON.stringify({ process, tenant, id }),
  });
}

/** @returns {Promise<{ Code: number }>} */
function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    };
    const outgoing = request(url, { method: 'POST', agent, headers }, (reply) => {
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk) => (text += chunk));
      reply.on('end', () => resolve(JSON.parse(text)));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
