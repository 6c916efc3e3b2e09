import { Logger } from '@nestjs/common';

/** Returns a log that never throws: an application's logger must not take the place of a result. */
export function quietLog(context: string) {
  const logger = new Logger(context);
  return (level: 'debug' | 'warn' | 'error', message: string): void => {
    try {
      logger[level](message);
    } catch {
      // It is the application's logger that failed.
    }
  };
}

export const callLog = quietLog('ZimCall');
