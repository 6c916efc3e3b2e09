import { Logger } from '@nestjs/common';

const logger = new Logger('ZimCall');

/** The log of calls. A logger that throws must not take the place of a call's own result. */
export const callLog = {
  debug: (message: string): void => {
    quietly(() => {
      logger.debug(message);
    });
  },
  warn: (message: string): void => {
    quietly(() => {
      logger.warn(message);
    });
  },
};

function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // It is the application's logger that failed.
  }
}
