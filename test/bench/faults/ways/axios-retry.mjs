import axios from 'axios';
import axiosRetry from 'axios-retry';
import { globalAgent } from 'node:http';
import { signedParameters } from '../../client/ways/support.mjs';
import { requestTimeoutMs } from '../settings.mjs';

/** Instead of the 100 ms of axios-retry: what comes of it is the same, but sooner. */
const delayFactorMs = 10;

/**
 * @param {import('./index.mjs').Origins} origins
 * @returns {Promise<import('./index.mjs').Way>}
 */
export async function create(origins) {
  const http = axios.create({ timeout: requestTimeoutMs });
  axiosRetry(http, {
    retries: 3,
    retryDelay: (count, error) => axiosRetry.exponentialDelay(count, error, delayFactorMs),
    retryCondition: (error) => axiosRetry.isNetworkError(error) || error.response?.status >= 500,
  });
  // Each attempt passes here, so that none is sent with the signature of another.
  http.interceptors.request.use((config) => ({
    ...config,
    params: { ...config.params, ...signedParameters() },
  }));
  return {
    invite: async ({ id, lane }) => {
      const body = {
        FromUserId: 'caller',
        UserIds: [id],
        ExtendedData: id,
        OfflinePush: { Enable: 0 },
      };
      try {
        const { data } = await http.post(`${origins[lane]}/`, body);
        return { outcome: 'done', callId: data?.CallId, code: data?.Code };
      } catch (error) {
        return { outcome: 'failed', kind: error?.code };
      }
    },
    close: () => Promise.resolve(globalAgent.destroy()),
  };
}
